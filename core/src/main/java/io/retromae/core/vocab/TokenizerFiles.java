package io.retromae.core.vocab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tokenizer files of a Hugging Face model folder, as {@code BertTokenizerFast} writes them. */
public final class TokenizerFiles {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private TokenizerFiles() {}

  /**
   * The files by name: {@code vocab.txt}, {@code tokenizer.json}, {@code tokenizer_config.json} and
   * {@code special_tokens_map.json}.
   *
   * @param maxLength tokens after which Hugging Face cuts, special ones included
   */
  public static Map<String, byte[]> files(Vocabulary vocabulary, WordRules rules, int maxLength) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("vocab.txt", utf8(String.join("\n", vocabulary.tokens()) + "\n"));
    files.put("tokenizer.json", bytes(tokenizer(vocabulary, rules)));
    files.put(
        "tokenizer_config.json", bytes(tokenizerConfig(vocabulary.special(), rules, maxLength)));
    files.put(
        "special_tokens_map.json",
        bytes(specialTokens(JSON.createObjectNode(), vocabulary.special())));
    return files;
  }

  private static ObjectNode tokenizer(Vocabulary vocabulary, WordRules rules) {
    ObjectNode json = JSON.createObjectNode().put("version", "1.0");
    json.putNull("truncation").putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    for (String token : vocabulary.special().all()) {
      ObjectNode node = added.addObject().put("id", vocabulary.id(token).getAsInt());
      node.put("content", token).put("single_word", false).put("lstrip", false);
      node.put("rstrip", false).put("normalized", false).put("special", true);
    }
    ObjectNode normalizer = json.putObject("normalizer").put("type", "BertNormalizer");
    normalizer.put("clean_text", true).put("handle_chinese_chars", rules.tokenizeChineseChars());
    stripAccents(normalizer, rules).put("lowercase", rules.lowerCase());
    json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    json.set("post_processor", postProcessor(vocabulary));
    ObjectNode decoder = json.putObject("decoder").put("type", "WordPiece");
    decoder.put("prefix", "##").put("cleanup", true);
    ObjectNode model = json.putObject("model").put("type", "WordPiece");
    model.put("unk_token", vocabulary.special().unk()).put("continuing_subword_prefix", "##");
    model.put("max_input_chars_per_word", 100);
    ObjectNode vocab = model.putObject("vocab");
    for (int id = 0; id < vocabulary.size(); id++) {
      vocab.put(vocabulary.token(id), id);
    }
    return json;
  }

  /** [CLS] A [SEP], and [CLS] A [SEP] B [SEP] for pairs. */
  private static ObjectNode postProcessor(Vocabulary vocabulary) {
    String cls = vocabulary.special().cls();
    String sep = vocabulary.special().sep();
    ObjectNode json = JSON.createObjectNode().put("type", "TemplateProcessing");
    ArrayNode single = json.putArray("single");
    special(single, cls, 0);
    sequence(single, "A", 0);
    special(single, sep, 0);
    ArrayNode pair = json.putArray("pair");
    special(pair, cls, 0);
    sequence(pair, "A", 0);
    special(pair, sep, 0);
    sequence(pair, "B", 1);
    special(pair, sep, 1);
    ObjectNode tokens = json.putObject("special_tokens");
    for (String token : new String[] {cls, sep}) {
      ObjectNode node = tokens.putObject(token).put("id", token);
      node.putArray("ids").add(vocabulary.id(token).getAsInt());
      node.putArray("tokens").add(token);
    }
    return json;
  }

  private static void special(ArrayNode template, String token, int type) {
    template.addObject().putObject("SpecialToken").put("id", token).put("type_id", type);
  }

  private static void sequence(ArrayNode template, String name, int type) {
    template.addObject().putObject("Sequence").put("id", name).put("type_id", type);
  }

  private static ObjectNode tokenizerConfig(SpecialTokens special, WordRules rules, int maxLength) {
    ObjectNode json = JSON.createObjectNode().put("clean_up_tokenization_spaces", true);
    json.put("do_lower_case", rules.lowerCase()).put("model_max_length", maxLength);
    stripAccents(json, rules).put("tokenize_chinese_chars", rules.tokenizeChineseChars());
    json.put("tokenizer_class", "BertTokenizer");
    return specialTokens(json, special);
  }

  /** Null where it is as the lower case, as Hugging Face writes it. */
  private static ObjectNode stripAccents(ObjectNode json, WordRules rules) {
    return rules.stripAccents() == rules.lowerCase()
        ? json.putNull("strip_accents")
        : json.put("strip_accents", rules.stripAccents());
  }

  private static ObjectNode specialTokens(ObjectNode json, SpecialTokens special) {
    json.put("cls_token", special.cls()).put("mask_token", special.mask());
    json.put("pad_token", special.pad());
    return json.put("sep_token", special.sep()).put("unk_token", special.unk());
  }

  private static byte[] bytes(ObjectNode json) {
    try {
      return utf8(JSON.writeValueAsString(json) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
