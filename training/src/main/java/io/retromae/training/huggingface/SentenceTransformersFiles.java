package io.retromae.training.huggingface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.bert.Pooling;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The files by which sentence-transformers makes of the folder the vectors that were trained. */
public final class SentenceTransformersFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectWriter WRITER = JSON.writerWithDefaultPrettyPrinter();

  /** Poolings that are named with false, because earlier versions take some for true. */
  private static final List<String> OTHER_KEYS =
      List.of("pooling_mode_max_tokens", "pooling_mode_mean_sqrt_len_tokens");

  private SentenceTransformersFiles() {}

  /**
   * The files by their names within the folder.
   *
   * @param maxSeqLength tokens of the longest text
   * @param hiddenSize width of a vector
   */
  public static Map<String, byte[]> files(
      SentenceVectors vectors, int maxSeqLength, int hiddenSize) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("modules.json", modules(vectors.normalize()));
    files.put(
        "sentence_bert_config.json",
        utf8("{\"max_seq_length\": %d, \"do_lower_case\": false}\n".formatted(maxSeqLength)));
    files.put("1_Pooling/config.json", pooling(vectors.pooling(), hiddenSize));
    if (!vectors.equals(SentenceVectors.PLAIN)) {
      files.put("config_sentence_transformers.json", usage(vectors));
    }
    return files;
  }

  private static byte[] modules(boolean normalize) {
    ArrayNode modules = JSON.createArrayNode();
    module(modules, "", "Transformer");
    module(modules, "1_Pooling", "Pooling");
    if (normalize) {
      module(modules, "2_Normalize", "Normalize"); // a path that sentence-transformers leaves empty
    }
    return bytes(modules);
  }

  private static void module(ArrayNode modules, String path, String type) {
    int number = modules.size();
    ObjectNode module = modules.addObject().put("idx", number).put("name", "" + number);
    module.put("path", path).put("type", "sentence_transformers.models." + type);
  }

  private static byte[] pooling(Pooling pooling, int hiddenSize) {
    ObjectNode json = JSON.createObjectNode().put("word_embedding_dimension", hiddenSize);
    Stream.of(Pooling.values())
        .filter(
            each -> each == pooling || each != Pooling.LAST_TOKEN) // version 2.2 has no such key
        .forEach(each -> json.put(each.sentenceTransformersKey(), each == pooling));
    OTHER_KEYS.forEach(key -> json.put(key, false));
    return bytes(json);
  }

  private static byte[] usage(SentenceVectors vectors) {
    ObjectNode json = JSON.createObjectNode();
    ObjectNode prompts = json.putObject("prompts");
    vectors.prompts().forEach(prompts::put);
    json.putNull("default_prompt_name");
    json.put("similarity_fn_name", vectors.similarity());
    return bytes(json);
  }

  private static byte[] bytes(Object json) {
    try {
      return utf8(WRITER.writeValueAsString(json) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
