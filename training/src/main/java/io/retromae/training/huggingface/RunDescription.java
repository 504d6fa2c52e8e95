package io.retromae.training.huggingface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.TokenizerFiles;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordRules;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a checkpoint says of its run, so that a model can be exported from the checkpoint alone.
 *
 * @param method the objective, as {@code objective.method} names it
 * @param lowerCase whether the tokenizer lower-cases
 * @param stripAccents whether it strips accents; in checkpoints of early builds as lower case
 * @param tokenizeChineseChars whether each ideograph is a word; true for early builds
 * @param maxSeqLength longest row of the run, special tokens included
 * @param corpusSamples samples trained on: rows of a corpus, or lines of pairs
 * @param corpusTokens tokens in them, special ones not counted; 0 if nobody has counted
 * @param sources samples by source, or by data set
 * @param settings the resolved configuration
 * @param base the model it began with
 * @param license of the model, as the hub names it; or empty
 * @param vectors how the trained model makes vectors; those of a base model in earlier versions
 * @param treatments what reading did to samples, in words, and to how many; none in earlier
 *     versions
 */
public record RunDescription(
    String method,
    boolean lowerCase,
    Boolean stripAccents,
    Boolean tokenizeChineseChars,
    int maxSeqLength,
    long corpusSamples,
    long corpusTokens,
    Map<String, Long> sources,
    Map<String, String> settings,
    BaseModel base,
    String license,
    SentenceVectors vectors,
    Map<String, Long> treatments) {
  static final String FILE = "run.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Sorts the maps: the bytes depend on content only. Earlier versions had no base and licence. */
  public RunDescription {
    base = base == null ? BaseModel.NONE : base;
    license = license == null ? "" : license;
    vectors = vectors == null ? SentenceVectors.PLAIN : vectors;
    treatments = treatments == null ? Map.of() : sorted(treatments);
    stripAccents = stripAccents == null ? lowerCase : stripAccents; // JSON without the field
    tokenizeChineseChars = tokenizeChineseChars == null || tokenizeChineseChars;
    sources = sorted(sources);
    settings = sorted(settings);
  }

  private static <V> Map<String, V> sorted(Map<String, V> map) {
    return Collections.unmodifiableMap(new TreeMap<>(map));
  }

  /** What the checkpoint in a folder says of its run. */
  public static RunDescription read(Storage storage, String folder) {
    return parse(storage.read(folder + "/" + FILE));
  }

  WordRules wordRules() {
    return new WordRules(lowerCase, stripAccents, tokenizeChineseChars);
  }

  /** The small files of a checkpoint: this record, the model's sizes and the tokenizer. */
  public Map<String, byte[]> files(BertShape shape, ParameterLayout layout, Vocabulary vocabulary) {
    Map<String, byte[]> files =
        new LinkedHashMap<>(TokenizerFiles.files(vocabulary, wordRules(), maxSeqLength));
    files.put("config.json", BertConfigJson.write(shape, layout.hasHead()));
    try {
      files.put(FILE, JSON.writeValueAsBytes(this));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    return files;
  }

  static RunDescription parse(byte[] bytes) {
    try {
      return JSON.readValue(new String(bytes, StandardCharsets.UTF_8), RunDescription.class);
    } catch (JsonProcessingException e) {
      throw new CorruptDataException("run.json of the checkpoint: " + e.getOriginalMessage(), e);
    }
  }
}
