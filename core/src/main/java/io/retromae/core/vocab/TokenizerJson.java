package io.retromae.core.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.core.failure.ConfigException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A {@code tokenizer.json} of Hugging Face's library, if it is one whose ids we reproduce: BERT's
 * clean-up and word split, then WordPiece. Anything else is refused, saying what was found.
 */
final class TokenizerJson {
  private static final String TEXT = "the text";

  private final String name;
  private final JsonNode root;
  private final SpecialTokens special;
  private final List<String> problems = new ArrayList<>();

  private TokenizerJson(String name, JsonNode root, SpecialTokens special) {
    this.name = name;
    this.root = root;
    this.special = special;
  }

  /**
   * Checks the file.
   *
   * @param name path, for messages
   * @param special the five tokens that the model has
   * @throws ConfigException with all that is not supported
   */
  static TokenizerJson read(String name, JsonNode root, SpecialTokens special) {
    TokenizerJson json = new TokenizerJson(name, root, special);
    json.check();
    return json;
  }

  /** Notes what its normalizer does. */
  void state(RuleStatements rules) {
    boolean lowerCase = root.at("/normalizer/lowercase").asBoolean();
    JsonNode strip = root.at("/normalizer/strip_accents");
    rules.lowerCase(lowerCase, name, "lowercase");
    rules.stripAccents(
        strip.isBoolean() ? strip.asBoolean() : lowerCase,
        name,
        strip.isBoolean() ? "strip_accents" : "strip_accents as lowercase");
    rules.tokenizeChineseChars(
        root.at("/normalizer/handle_chinese_chars").asBoolean(), name, "handle_chinese_chars");
  }

  /**
   * The tokens by id, BERT's special tokens included, which may be added ones.
   *
   * @throws ConfigException if ids are not 0, 1, 2 ... or another token was added
   */
  List<String> tokens() {
    JsonNode vocab = root.at("/model/vocab");
    List<JsonNode> added = new ArrayList<>();
    root.path("added_tokens").forEach(added::add);
    String[] tokens = new String[vocab.size() + added.size()];
    List<String> others = new ArrayList<>();
    int count = 0;
    for (var entry : vocab.properties()) {
      count += put(tokens, entry.getKey(), entry.getValue().asInt(-1));
    }
    for (JsonNode token : added) {
      count += put(tokens, token.path("content").asText(), token.path("id").asInt(-1));
      String content = token.path("content").asText();
      if (!token.path("special").asBoolean() || !special.all().contains(content)) {
        others.add(content);
      }
    }
    if (!others.isEmpty()) {
      problems.add(TokenizerConfigJson.refusal(name, others, special));
    }
    List<String> byId = Arrays.asList(tokens).subList(0, count);
    if (byId.contains(null)) {
      problems.add(
          "%s: ids must be 0 to %d, without holes; none is %d"
              .formatted(name, count - 1, byId.indexOf(null)));
    }
    refuseProblems();
    return byId;
  }

  /** Notes a token; returns 1 if its id is new. */
  private int put(String[] tokens, String token, int id) {
    if (id < 0 || id >= tokens.length || tokens[id] != null && !tokens[id].equals(token)) {
      problems.add("%s: id %d of token '%s' is out of order or taken".formatted(name, id, token));
      return 0;
    }
    boolean isNew = tokens[id] == null;
    tokens[id] = token;
    return isNew ? 1 : 0;
  }

  private void check() {
    String model = modelType();
    if (!model.equals("WordPiece")) {
      throw new ConfigException(
          "%s: its model is %s; supported is WordPiece (BERT). Take a BERT model's vocabulary"
              .formatted(name, model));
    }
    expect("/model/unk_token", special.unk());
    expect("/model/continuing_subword_prefix", "##");
    expect("/model/max_input_chars_per_word", "100");
    expect("/normalizer/type", "BertNormalizer");
    expect("/normalizer/clean_text", "true");
    expectBoolean("/normalizer/lowercase");
    expectBoolean("/normalizer/handle_chinese_chars");
    expect("/pre_tokenizer/type", "BertPreTokenizer");
    checkPostProcessor(root.path("post_processor"));
    refuseProblems();
  }

  /** What stands around the tokens of a text; rows of training have [CLS] and [SEP]. */
  private void checkPostProcessor(JsonNode json) {
    String type = json.path("type").asText("none");
    List<String> around = new ArrayList<>();
    if (type.equals("BertProcessing")) {
      around.addAll(List.of(json.at("/cls/0").asText(), TEXT, json.at("/sep/0").asText()));
    } else if (type.equals("TemplateProcessing")) {
      json.path("single")
          .forEach(
              part ->
                  around.add(part.has("Sequence") ? TEXT : part.at("/SpecialToken/id").asText()));
    } else if (json.isObject()) {
      problems.add(
          "%s: post_processor.type = %s; supported are TemplateProcessing and BertProcessing"
              .formatted(name, type));
      return;
    }
    List<String> right = List.of(special.cls(), TEXT, special.sep());
    if (json.isObject() && !around.equals(right)) {
      problems.add(
          "%s: its post_processor makes rows of %s; supported is %s"
              .formatted(name, around, right));
    }
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
          "%s: %s = %s; supported is %s"
              .formatted(name, setting, found.isEmpty() ? "null" : found, value));
    }
  }

  private void expectBoolean(String pointer) {
    if (!root.at(pointer).isBoolean()) {
      expect(pointer, "true or false");
    }
  }

  private void refuseProblems() {
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }
}
