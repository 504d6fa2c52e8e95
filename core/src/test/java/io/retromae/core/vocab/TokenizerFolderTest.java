package io.retromae.core.vocab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every file of a model folder has its say; those that contradict each other are named. */
class TokenizerFolderTest {
  private static final String MEND = "set %s";
  private static final Vocabulary VOCABULARY = vocabulary();

  @TempDir Path folder;
  private final Storage storage = new Storage(new Configuration());

  private static Vocabulary vocabulary() {
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    tokens.addAll(List.of("a", "##b", "中"));
    return Vocabulary.of(tokens);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private void writeVocabTxt() throws IOException {
    write("vocab.txt", String.join("\n", VOCABULARY.tokens()) + "\n");
  }

  /** Writes all that we write for others. */
  private void writeAll(WordRules rules) throws IOException {
    for (Map.Entry<String, byte[]> file : TokenizerFiles.files(VOCABULARY, rules, 512).entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
  }

  private void replace(String name, String text, String replacement) throws IOException {
    String before = Files.readString(folder.resolve(name), StandardCharsets.UTF_8);
    assertTrue(before.contains(text), before);
    write(name, before.replace(text, replacement));
  }

  private TokenizerFolder.Tokenizer open() {
    return TokenizerFolder.open(storage, folder.toString());
  }

  private String refusal() {
    return assertThrows(ConfigException.class, this::open).getMessage();
  }

  private List<String> differences(WordRules asked) {
    return open().rules().differences(asked, MEND);
  }

  @Test
  void everyCombinationOfRulesIsReadBackAsWritten() throws IOException {
    for (WordRules rules : WordPieceTokenizerTest.rules()) {
      writeAll(rules);

      for (WordRules asked : WordPieceTokenizerTest.rules()) {
        assertEquals(asked.equals(rules), differences(asked).isEmpty(), rules + " " + asked);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "do_lower_case, false, lower_case: false",
    "strip_accents, false, strip_accents: false",
    "tokenize_chinese_chars, false, tokenize_chinese_chars: false",
  })
  void vocabTxtWithAConfigIsHeeded(String key, String value, String mend) throws IOException {
    writeVocabTxt();
    write("tokenizer_config.json", "{\"%s\": %s}".formatted(key, value));

    List<String> ofFolder = differences(WordRules.bert(true));
    List<String> ofFile =
        TokenizerFolder.open(storage, folder.resolve("vocab.txt").toString())
            .rules()
            .differences(WordRules.bert(true), MEND);

    assertTrue(ofFolder.get(0).contains(key + " = false; set " + mend), ofFolder.toString());
    assertTrue(ofFolder.get(0).contains("tokenizer_config.json"), ofFolder.toString());
    assertEquals(ofFolder, ofFile);
  }

  @Test
  void aCasedModelKeepsAccentsUnlessItSaysOtherwise() throws IOException {
    writeVocabTxt();
    write("tokenizer_config.json", "{\"do_lower_case\": false}");

    assertEquals(List.of(), differences(new WordRules(false, false, true)));
    assertEquals(1, differences(new WordRules(false, true, true)).size());
    assertEquals(1, differences(WordRules.bert(true)).size()); // accents follow, once mended
    assertEquals(1, differences(new WordRules(false, false, false)).size());
  }

  @Test
  void aFolderThatSaysNothingLeavesTheChoice() throws IOException {
    writeVocabTxt();
    write("tokenizer_config.json", "{\"init_inputs\": [], \"model_max_length\": 512}");
    write("added_tokens.json", "{}");

    for (WordRules rules : WordPieceTokenizerTest.rules()) {
      assertEquals(List.of(), differences(rules));
    }
  }

  /**
   * As by {@code AutoTokenizer.from_pretrained} of transformers 4.57.6 and 5.24.0: what {@code
   * tokenizer.json} says, then {@code tokenizer_config.json}, then the normalizer that comes of it.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true, true, true    | {'do_lower_case': false} | false, false, true | 2",
        "false, false, true  | {'do_lower_case': true} | true, true, true | 2",
        "false, false, true  | {'model_max_length': 5} | true, true, true | 2",
        "false, true, true   | {'do_lower_case': false} | false, false, true | 1",
        "true, false, false  | {'do_lower_case': true} | true, true, true | 2",
        "true, false, false  | {'do_lower_case': true, 'strip_accents': true,"
            + " 'tokenize_chinese_chars': true} | true, true, true | 2",
        "true, false, true   | {'do_lower_case': true, 'strip_accents': null}"
            + " | true, true, true | 1",
        "true, true, true    | {'do_lower_case': false, 'strip_accents': false,"
            + " 'tokenizer_class': 'ElectraTokenizer'} | false, false, true | 2",
        "true, true, true    | {'do_lower_case': false, 'tokenizer_class':"
            + " 'PreTrainedTokenizerFast'} | true, true, true | 0",
        "true, true, true    | {'do_lower_case': true} | true, true, true | 0",
      })
  void tokenizerConfigOverrulesTokenizerJsonAsInTransformers(
      String written, String config, String result, int overruled) throws IOException {
    writeAll(rules(written));
    write("tokenizer_config.json", config.replace('\'', '"'));

    List<String> both = open().rules().overruled();

    assertEquals(List.of(), differences(rules(result)));
    assertEquals(overruled, both.size(), both.toString());
  }

  private static WordRules rules(String text) {
    List<Boolean> flags = Stream.of(text.split(", ")).map(Boolean::valueOf).toList();
    return new WordRules(flags.get(0), flags.get(1), flags.get(2));
  }

  @Test
  void whatIsOverruledIsNamedWithBothValues() throws IOException {
    writeAll(WordRules.bert(true));
    write("tokenizer_config.json", "{\"tokenize_chinese_chars\": false}");

    String both = open().rules().overruled().get(0);

    assertTrue(both.contains("tokenizer.json says handle_chinese_chars = true, but "), both);
    assertTrue(both.contains("config.json says tokenize_chinese_chars = false; taken is"), both);
  }

  @Test
  void theClassOfConfigJsonCountsWhereTokenizerConfigNamesNone() throws IOException {
    writeAll(WordRules.bert(true));
    write("tokenizer_config.json", "{\"do_lower_case\": false}");
    write("config.json", "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");

    assertEquals(List.of(), differences(WordRules.bert(true)));
  }

  @Test
  void sentenceTransformersMayNotLowerCaseForACasedModel() throws IOException {
    writeAll(WordRules.bert(false));
    write("sentence_bert_config.json", "{\"max_seq_length\": 512, \"do_lower_case\": true}");

    String message = refusal();

    assertTrue(message.contains("sentence_bert_config.json says do_lower_case = true"), message);
  }

  @Test
  void vocabTxtAndTokenizerJsonMustHoldTheSameTokens() throws IOException {
    writeAll(WordRules.bert(true));
    replace("vocab.txt", "##b", "##c");

    String message = refusal();

    assertTrue(message.contains("id 6 is '##c' in the one and '##b' in the other"), message);
  }

  @Test
  void anotherModelBesideVocabTxtIsRefused() throws IOException {
    writeAll(WordRules.bert(true));
    replace("tokenizer.json", "\"WordPiece\",\n    \"unk_token\"", "\"BPE\", \"unk_token\"");

    String message = refusal();

    assertTrue(message.contains("its model is BPE"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "added_tokens.json | {\"retromae\": 8, \"q\": 9} | added token 'retromae' (and 1 more)",
        "added_tokens.json | {\"[PAD]\": 4} | '[PAD]' has id 4, the vocabulary 0",
        "added_tokens.json | {\"a\": 5} | added token 'a'",
        "tokenizer_config.json | {\"added_tokens_decoder\": {\"8\": {\"content\": \"[DOC]\"}}}"
            + " | added token '[DOC]'",
        "tokenizer_config.json | {\"additional_special_tokens\": [\"[DOC]\"]} | holds '[DOC]'",
        "tokenizer_config.json | {\"extra_special_tokens\": {\"x\": \"[DOC]\"}} | holds '[DOC]'",
        "special_tokens_map.json | {\"additional_special_tokens\": [{\"content\": \"[Q]\"}]}"
            + " | holds '[Q]'",
        "special_tokens_map.json | {\"bos_token\": \"<s>\"} | bos_token holds '<s>'",
        "tokenizer_config.json | {\"do_basic_tokenize\": false} | do_basic_tokenize = false",
        "tokenizer_config.json | {\"never_split\": [\"a\"]} | never_split holds 'a'",
        "tokenizer_config.json | {\"tokenizer_class\": \"BertJapaneseTokenizer\"}"
            + " | tokenizer_class = BertJapaneseTokenizer",
        "config.json | {\"tokenizer_class\": \"RoFormerTokenizer\"} | RoFormerTokenizer",
        "tokenizer_config.json | {\"auto_map\": {\"AutoTokenizer\": [\"x.Y\", null]}} | auto_map",
        "tokenizer_config.json | {\"wordpieces_prefix\": \"@@\"} | wordpieces_prefix = @@",
        "added_tokens.json | { | added_tokens.json: not valid JSON",
      })
  void whatIsNotReproducedIsRefused(String file, String json, String part) throws IOException {
    writeVocabTxt();
    write(file, json);

    String message = refusal();

    assertTrue(message.contains(part), message);
    assertTrue(message.contains(file), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"added_tokens_decoder\": {\"0\": {\"content\": \"[PAD]\", \"special\": true}}}",
        "{\"additional_special_tokens\": [], \"never_split\": null, \"bos_token\": null}",
        "{\"tokenizer_class\": \"BertTokenizerFast\", \"do_basic_tokenize\": true}",
        "{\"tokenizer_class\": null, \"bos_token\": \"[CLS]\", \"name_or_path\": \"x\"}",
      })
  void whatPublishedModelsSayIsTaken(String config) throws IOException {
    writeVocabTxt();
    write("tokenizer_config.json", config);

    assertEquals(VOCABULARY.fingerprint(), open().vocabulary().fingerprint());
  }

  @Test
  void specialTokensSpeltInTwoWaysAreRefused() throws IOException {
    writeVocabTxt();
    write("special_tokens_map.json", "{\"mask_token\": \"[MASK]\"}");
    write("tokenizer_config.json", "{\"mask_token\": {\"content\": \"a\"}}");

    String message = refusal();

    assertTrue(message.contains("mask_token = [MASK], but"), message);
  }

  @Test
  void aFileOfAnotherNameIsReadAlone() throws IOException {
    writeVocabTxt();
    Files.move(folder.resolve("vocab.txt"), folder.resolve("zh.txt"));
    write("tokenizer.json", "{}");
    write("added_tokens.json", "{\"x\": 8}");

    String path = folder.resolve("zh.txt").toString();

    assertEquals(VOCABULARY.tokens(), TokenizerFolder.open(storage, path).vocabulary().tokens());
  }
}
