package io.retromae.training.huggingface;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The files by which sentence-transformers opens the folder with [CLS] pooling. */
final class SentenceTransformersFiles {
  private SentenceTransformersFiles() {}

  static Map<String, byte[]> files(int maxSeqLength, int hiddenSize) {
    return Map.of(
        "modules.json",
        utf8(
            """
            [
              {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
              {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}
            ]
            """),
        "sentence_bert_config.json",
        utf8("{\"max_seq_length\": %d, \"do_lower_case\": false}\n".formatted(maxSeqLength)),
        "1_Pooling/config.json",
        utf8(
            """
            {
              "word_embedding_dimension": %d,
              "pooling_mode_cls_token": true,
              "pooling_mode_mean_tokens": false,
              "pooling_mode_max_tokens": false,
              "pooling_mode_mean_sqrt_len_tokens": false
            }
            """
                .formatted(hiddenSize)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
