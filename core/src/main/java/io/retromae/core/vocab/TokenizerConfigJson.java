package io.retromae.core.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.core.failure.ConfigException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Looks at the small files beside a vocabulary: what they say of the options is noted, what we do
 * not reproduce is refused, all of it at once.
 */
final class TokenizerConfigJson {
  /** Those of Hugging Face that split as BERT's does, under other names; "Fast" cut off. */
  private static final Set<String> CLASSES =
      Set.of(
          "BertTokenizer",
          "ConvBertTokenizer",
          "DistilBertTokenizer",
          "DPRContextEncoderTokenizer",
          "DPRQuestionEncoderTokenizer",
          "DPRReaderTokenizer",
          "ElectraTokenizer",
          "LayoutLMTokenizer",
          "LxmertTokenizer",
          "MobileBertTokenizer",
          "PreTrainedTokenizer", // whatever tokenizer.json says, which is looked at
          "RetriBertTokenizer",
          "SqueezeBertTokenizer",
          "TokenizersBackend");

  /** Those that take all from tokenizer.json; "Fast" cut off. */
  private static final Set<String> OF_TOKENIZER_JSON =
      Set.of("PreTrainedTokenizer", "TokenizersBackend");

  private final Vocabulary vocabulary;
  private final RuleStatements rules;
  private final boolean tokenizerJson;
  private final List<String> problems = new ArrayList<>();

  /**
   * @param rules what tokenizer.json says of them, if there is one
   */
  TokenizerConfigJson(Vocabulary vocabulary, RuleStatements rules) {
    this.vocabulary = vocabulary;
    this.rules = rules;
    this.tokenizerJson = rules.complete();
  }

  /** {@code added_tokens.json}: id by token. */
  void addedTokens(String file, JsonNode json) {
    Map<String, Integer> tokens = new LinkedHashMap<>();
    json.properties().forEach(entry -> tokens.put(entry.getKey(), entry.getValue().asInt(-1)));
    added(file, tokens);
  }

  /**
   * {@code tokenizer_config.json}.
   *
   * @param otherClass the tokenizer's class where this file names none, or nothing
   */
  void config(String file, JsonNode json, String otherClass) {
    String ownClass = json.path("tokenizer_class").asText("");
    String named = isName(ownClass) ? ownClass : otherClass;
    if (!tokenizerJson) {
      stateRules(file, json);
    } else if (!OF_TOKENIZER_JSON.contains(withoutFast(named))) {
      overruleRules(file, json);
    }
    refuseOptions(file, json);
    json.path("never_split").forEach(token -> special(file, "never_split", token));
    Map<String, Integer> tokens = new LinkedHashMap<>();
    json.path("added_tokens_decoder")
        .properties()
        .forEach(entry -> tokens.put(spelling(entry.getValue()), number(entry.getKey())));
    added(file, tokens);
    tokenizerClass(file, json);
    moreSpecialTokens(file, json);
  }

  private void overruleRules(String file, JsonNode json) {
    Map<String, Boolean> given = new LinkedHashMap<>();
    json.properties().stream()
        .filter(entry -> entry.getValue().isBoolean())
        .forEach(entry -> given.put(entry.getKey(), entry.getValue().asBoolean()));
    rules.overruleBy(file, given);
  }

  private void stateRules(String file, JsonNode json) {
    JsonNode lowerCase = json.path("do_lower_case");
    if (lowerCase.isBoolean()) {
      rules.lowerCase(lowerCase.asBoolean(), file, "do_lower_case");
    }
    JsonNode strip = json.path("strip_accents");
    if (strip.isBoolean()) {
      rules.stripAccents(strip.asBoolean(), file, "strip_accents");
    } else if (strip.isNull() && lowerCase.isBoolean()) {
      rules.stripAccents(lowerCase.asBoolean(), file, "strip_accents as do_lower_case");
    }
    JsonNode chinese = json.path("tokenize_chinese_chars");
    if (chinese.isBoolean()) {
      rules.tokenizeChineseChars(chinese.asBoolean(), file, "tokenize_chinese_chars");
    }
  }

  private void refuseOptions(String file, JsonNode json) {
    if (json.path("do_basic_tokenize").isBoolean() && !json.get("do_basic_tokenize").asBoolean()) {
      problems.add(file + ": do_basic_tokenize = false; words must be split at punctuation");
    }
    String prefix = json.path("wordpieces_prefix").asText("##");
    if (!prefix.equals("##")) {
      problems.add("%s: wordpieces_prefix = %s; supported is ##".formatted(file, prefix));
    }
    if (!json.at("/auto_map/AutoTokenizer").isMissingNode()) {
      problems.add(file + ": auto_map names a tokenizer of its own code, which is not run here");
    }
  }

  /** {@code sentence_bert_config.json}: sentence-transformers lower-cases before the tokenizer. */
  void sentenceTransformers(String file, JsonNode json) {
    if (json.path("do_lower_case").asBoolean()) {
      rules.lowerCase(true, file, "do_lower_case");
    }
  }

  /** {@code special_tokens_map.json}, or the same keys elsewhere. */
  void moreSpecialTokens(String file, JsonNode json) {
    for (String key :
        List.of("additional_special_tokens", "extra_special_tokens", "bos_token", "eos_token")) {
      JsonNode tokens = json.path(key);
      if (tokens.isTextual() || tokens.has("content")) {
        special(file, key, tokens);
      } else {
        tokens.forEach(token -> special(file, key, token));
      }
    }
  }

  /** {@code tokenizer_class}, which {@code config.json} may name as well. */
  void tokenizerClass(String file, JsonNode json) {
    String name = json.path("tokenizer_class").asText("");
    if (isName(name) && !CLASSES.contains(withoutFast(name))) {
      problems.add(
          "%s: tokenizer_class = %s; supported are BertTokenizer and those that split alike"
              .formatted(file, name));
    }
  }

  private static boolean isName(String name) {
    return !name.isEmpty() && !name.equals("null");
  }

  private static String withoutFast(String name) {
    return name.endsWith("Fast") ? name.substring(0, name.length() - 4) : name;
  }

  private void special(String file, String key, JsonNode token) {
    String text = spelling(token);
    if (!vocabulary.special().all().contains(text)) {
      problems.add(
          "%s: %s holds '%s', which is matched before words are split; supported are %s alone"
              .formatted(file, key, text, vocabulary.special().all()));
    }
  }

  /** Tokens that were added, each with its id. */
  private void added(String file, Map<String, Integer> tokens) {
    List<String> others = new ArrayList<>();
    tokens.forEach(
        (token, id) -> {
          OptionalInt known = vocabulary.id(token);
          if (!vocabulary.special().all().contains(token)) {
            others.add(token);
          } else if (known.isEmpty() || known.getAsInt() != id) {
            problems.add(
                "%s: '%s' has id %d, the vocabulary %d"
                    .formatted(file, token, id, known.orElse(-1)));
          }
        });
    if (!others.isEmpty()) {
      problems.add(refusal(file, others, vocabulary.special()));
    }
  }

  /** Why tokens that were added to a vocabulary are not taken. */
  static String refusal(String file, List<String> tokens, SpecialTokens special) {
    String more = tokens.size() > 1 ? " (and %,d more)".formatted(tokens.size() - 1) : "";
    return "%s: added token '%s'%s is matched before words are split; supported are %s alone. Start from the model as it was before"
        .formatted(file, tokens.get(0), more, special.all());
  }

  private static String spelling(JsonNode token) {
    return token.isObject() ? token.path("content").asText() : token.asText();
  }

  private static int number(String text) {
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : -1;
  }

  void refuseProblems() {
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }
}
