package io.retromae.core.vocab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokenizer of a model folder. Every file that has a say in it is read ({@code vocab.txt},
 * {@code tokenizer.json}, {@code tokenizer_config.json}, {@code special_tokens_map.json}, {@code
 * added_tokens.json}, {@code config.json}); they must agree, and describe a tokenizer whose ids we
 * reproduce. A model that is trained is then the model that its folder describes. Where {@code
 * tokenizer_config.json} overrules {@code tokenizer.json} in transformers, it does so here, with a
 * warning.
 */
public final class TokenizerFolder {
  private static final Logger LOG = LoggerFactory.getLogger(TokenizerFolder.class);
  private static final String VOCAB_TXT = "vocab.txt";
  private static final String TOKENIZER_JSON = "tokenizer.json";

  private final Storage storage;
  private final String path;
  private final String folder;
  private final boolean wholeFolder;
  private final Map<String, JsonNode> read = new LinkedHashMap<>();
  private final RuleStatements rules = new RuleStatements();

  private TokenizerFolder(Storage storage, String path) {
    this.storage = storage;
    this.path = path;
    int slash = path.lastIndexOf('/');
    this.folder = !isFile(path) ? path : slash < 0 ? "." : path.substring(0, slash);
    String name = path.substring(slash + 1);
    // A file of any other name may be one of many in its folder, whose JSON is another's.
    this.wholeFolder = !isFile(path) || name.equals(VOCAB_TXT) || name.equals(TOKENIZER_JSON);
  }

  /**
   * A tokenizer.
   *
   * @param vocabulary its tokens
   * @param rules what the files say of its options; those they leave open are the user's choice
   */
  public record Tokenizer(Vocabulary vocabulary, RuleStatements rules) {}

  /**
   * Reads a folder, or the {@code vocab.txt} or {@code tokenizer.json} of one with the files beside
   * it. A file of another name is read alone, but for the special tokens.
   *
   * @throws ConfigException if files are missing, contradict each other or ask for what is not
   *     supported
   */
  public static Tokenizer open(Storage storage, String path) {
    TokenizerFolder reading = new TokenizerFolder(storage, path);
    return reading.tokenizer(
        SpecialTokens.of(reading.jsonByPath("special_tokens_map.json", "tokenizer_config.json")));
  }

  /**
   * Reads one whose special tokens are known from elsewhere: of a corpus, from the model.
   *
   * @throws ConfigException as for {@link #open(Storage, String)}
   */
  public static Tokenizer open(Storage storage, String path, SpecialTokens special) {
    return new TokenizerFolder(storage, path).tokenizer(special);
  }

  private static boolean isFile(String path) {
    return path.endsWith(".txt") || path.endsWith(".json");
  }

  private Tokenizer tokenizer(SpecialTokens special) {
    Vocabulary vocabulary = vocabulary(special);
    if (wholeFolder) {
      checkConfigs(vocabulary);
    }
    rules.fillIn();
    rules.overruled().forEach(both -> LOG.warn("event=tokenizer_overruled reason=\"{}\"", both));
    return new Tokenizer(vocabulary, rules);
  }

  private Vocabulary vocabulary(SpecialTokens special) {
    String text = path.endsWith(".txt") ? path : folder + "/" + VOCAB_TXT;
    String json = path.endsWith(".json") ? path : folder + "/" + TOKENIZER_JSON;
    boolean wantsJson = wholeFolder || path.endsWith(".json");
    Optional<byte[]> jsonBytes = wantsJson ? storage.readIfThere(json) : Optional.empty();
    boolean wantsText = wholeFolder || path.endsWith(".txt");
    Optional<byte[]> textBytes = wantsText ? storage.readIfThere(text) : Optional.empty();
    if (isFile(path) && (path.equals(text) ? textBytes : jsonBytes).isEmpty()
        || textBytes.isEmpty() && jsonBytes.isEmpty()) {
      throw new ConfigException((isFile(path) ? path : text) + ": no such file");
    }
    Optional<Vocabulary> ofJson = jsonBytes.map(bytes -> ofJson(json, bytes, special));
    Optional<Vocabulary> ofText =
        textBytes.map(bytes -> Vocabulary.checked(text, lines(bytes), special));
    if (ofText.isPresent() && ofJson.isPresent()) {
      refuseOthers(text, ofText.get(), json, ofJson.get());
    }
    return ofText.or(() -> ofJson).orElseThrow();
  }

  private Vocabulary ofJson(String name, byte[] bytes, SpecialTokens special) {
    TokenizerJson json = TokenizerJson.read(name, parse(name, bytes), special);
    json.state(rules);
    return Vocabulary.checked(name, json.tokens(), special);
  }

  private static void refuseOthers(String text, Vocabulary ofText, String json, Vocabulary ofJson) {
    if (ofText.fingerprint().equals(ofJson.fingerprint())) {
      return;
    }
    int id = 0;
    int shorter = Math.min(ofText.size(), ofJson.size());
    while (id < shorter && ofText.token(id).equals(ofJson.token(id))) {
      id++;
    }
    throw new ConfigException(
        "%s holds %,d tokens, %s %,d, and id %d is %s in the one and %s in the other; remove the file that is not the model's"
            .formatted(
                text,
                ofText.size(),
                json,
                ofJson.size(),
                id,
                token(ofText, id),
                token(ofJson, id)));
  }

  private static String token(Vocabulary vocabulary, int id) {
    return id < vocabulary.size() ? "'" + vocabulary.token(id) + "'" : "nothing";
  }

  private void checkConfigs(Vocabulary vocabulary) {
    TokenizerConfigJson check = new TokenizerConfigJson(vocabulary, rules);
    jsonByPath("added_tokens.json").forEach(check::addedTokens);
    Map<String, JsonNode> modelConfig = jsonByPath("config.json");
    String otherClass =
        modelConfig.values().stream()
            .map(json -> json.path("tokenizer_class").asText(""))
            .findFirst()
            .orElse("");
    jsonByPath("tokenizer_config.json")
        .forEach((file, json) -> check.config(file, json, otherClass));
    jsonByPath("special_tokens_map.json").forEach(check::moreSpecialTokens);
    modelConfig.forEach(check::tokenizerClass);
    jsonByPath("sentence_bert_config.json").forEach(check::sentenceTransformers);
    check.refuseProblems();
  }

  /** Those of the files that are there, read once. */
  private Map<String, JsonNode> jsonByPath(String... names) {
    Map<String, JsonNode> found = new LinkedHashMap<>();
    for (String name : names) {
      String file = folder + "/" + name;
      if (!read.containsKey(file)) {
        storage.readIfThere(file).ifPresent(bytes -> read.put(file, parse(file, bytes)));
      }
      if (read.containsKey(file)) {
        found.put(file, read.get(file));
      }
    }
    return found;
  }

  private static JsonNode parse(String file, byte[] bytes) {
    try {
      return new ObjectMapper().readTree(new String(bytes, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new ConfigException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static List<String> lines(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>(List.of(text.split("\r?\n", -1)));
    if (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
      lines.remove(lines.size() - 1);
    }
    return lines;
  }
}
