package io.retromae.core.vocab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.ConfigException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A {@code tokenizer.json} of Hugging Face's library, if it is one whose ids we reproduce: BERT's
 * clean-up and word split, then WordPiece. Anything else is refused, saying what was found.
 */
final class TokenizerJson {
  private final String name;
  private final JsonNode root;
  private final List<String> problems = new ArrayList<>();

  private TokenizerJson(String name, JsonNode root) {
    this.name = name;
    this.root = root;
  }

  /**
   * Reads and checks the file.
   *
   * @param name path, for messages
   * @param unk spelling of the token for unknown words that the vocabulary has
   * @throws ConfigException with all that is not supported
   */
  static TokenizerJson read(String name, byte[] bytes, String unk) {
    try {
      JsonNode root = new ObjectMapper().readTree(new String(bytes, StandardCharsets.UTF_8));
      TokenizerJson json = new TokenizerJson(name, root);
      json.check(unk);
      return json;
    } catch (JsonProcessingException e) {
      throw new ConfigException(name + ": no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Whether its normalizer lower-cases and strips accents. */
  boolean lowerCase() {
    return root.at("/normalizer/lowercase").asBoolean();
  }

  /**
   * The tokens by id, added special tokens included.
   *
   * @throws ConfigException if ids are not 0, 1, 2 ... or a word was added that is no special token
   */
  List<String> tokens() {
    JsonNode vocab = root.at("/model/vocab");
    List<JsonNode> added = new ArrayList<>();
    root.path("added_tokens").forEach(added::add);
    String[] tokens = new String[vocab.size() + added.size()];
    int count = 0;
    for (var entry : vocab.properties()) {
      count += put(tokens, entry.getKey(), entry.getValue().asInt(-1));
    }
    for (JsonNode token : added) {
      count += put(tokens, token.path("content").asText(), token.path("id").asInt(-1));
      if (!token.path("special").asBoolean()) {
        problems.add(
            "added token '%s' is matched before words are split; only special ones are supported"
                .formatted(token.path("content").asText()));
      }
    }
    List<String> byId = Arrays.asList(tokens).subList(0, count);
    if (byId.contains(null)) {
      problems.add(
          "ids must be 0 to %d, without holes; none is %d"
              .formatted(count - 1, byId.indexOf(null)));
    }
    refuseProblems();
    return byId;
  }

  /** Notes a token; returns 1 if its id is new. */
  private int put(String[] tokens, String token, int id) {
    if (id < 0 || id >= tokens.length || tokens[id] != null && !tokens[id].equals(token)) {
      problems.add("id %d of token '%s' is out of order or taken".formatted(id, token));
      return 0;
    }
    boolean isNew = tokens[id] == null;
    tokens[id] = token;
    return isNew ? 1 : 0;
  }

  private void check(String unk) {
    String model = modelType();
    if (!model.equals("WordPiece")) {
      throw new ConfigException(
          "%s: its model is %s; supported is WordPiece (BERT). Take a BERT model's vocabulary"
              .formatted(name, model));
    }
    expect("/model/unk_token", unk);
    expect("/model/continuing_subword_prefix", "##");
    expect("/model/max_input_chars_per_word", "100");
    expect("/normalizer/type", "BertNormalizer");
    expect("/normalizer/clean_text", "true");
    expect("/normalizer/handle_chinese_chars", "true");
    expect("/pre_tokenizer/type", "BertPreTokenizer");
    JsonNode strip = root.at("/normalizer/strip_accents"); // null: as lowercase
    if (strip.isBoolean() && strip.asBoolean() != lowerCase()) {
      problems.add(
          "normalizer.strip_accents = %s with lowercase = %s; supported is both or neither"
              .formatted(strip, lowerCase()));
    }
    refuseProblems();
  }

  /** Old files do not name the model's type. */
  private String modelType() {
    JsonNode model = root.path("model");
    if (model.path("type").isTextual()) {
      return model.path("type").asText();
    }
    boolean wordPiece = model.has("continuing_subword_prefix") && !model.has("merges");
    return wordPiece ? "WordPiece" : model.has("merges") ? "BPE" : "not named";
  }

  private void expect(String pointer, String value) {
    String found = root.at(pointer).asText("missing");
    if (!found.equals(value)) {
      String setting = pointer.substring(1).replace('/', '.');
      problems.add(
          "%s = %s; supported is %s".formatted(setting, found.isEmpty() ? "null" : found, value));
    }
  }

  private void refuseProblems() {
    if (!problems.isEmpty()) {
      throw new ConfigException(problems.stream().map(problem -> name + ": " + problem).toList());
    }
  }
}
