package io.retromae.training.huggingface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.vocab.RowFrame;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordPieceTokenizer;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.TensorViews;
import io.retromae.training.bert.UnitLength;
import io.retromae.training.checkpoint.Weights;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.TorchRuntime;
import io.retromae.training.memory.HostVector;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Token ids and vectors of a few texts, with each prompt and without, as our own code computes
 * them, stored with the export, so that anybody can check that what they loaded is the model that
 * was trained.
 */
final class ReferenceVectors {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TEXTS =
      List.of(
          "How do masked auto-encoders learn sentence embeddings?",
          "Café naïve: 3.14 != 22/7, e-mail me at 5 p.m.!",
          "今天天气很好，我们去公园吧。",
          "轉注：語言模型 pre-training 需要大量文本。");

  /** Sorts before all names. */
  private static final String NONE = "";

  private ReferenceVectors() {}

  static byte[] json(Weights weights, BertShape shape, Vocabulary vocabulary, RunDescription run) {
    TorchRuntime.start(1);
    WordPieceTokenizer tokenizer = new WordPieceTokenizer(vocabulary, run.wordRules());
    RowFrame frame = RowFrame.of(vocabulary, run.maxSeqLength());
    ArrayNode rows = JSON.createArrayNode();
    try (BertModel model = BertModel.withoutHead(shape.withoutDropout(), Compute.CPU)) {
      HostVector memory = model.parameters().fetch();
      for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
        TensorViews.fill(memory, parameter, weights.model().get(parameter.name()));
      }
      Map<String, String> prompts = new TreeMap<>(run.vectors().prompts());
      prompts.values().removeIf(String::isEmpty);
      prompts.put(NONE, "");
      prompts.forEach(
          (name, prompt) -> {
            for (String text : TEXTS) {
              ObjectNode row = rows.addObject().put("text", text);
              if (!name.equals(NONE)) {
                row.put("prompt_name", name);
              }
              int[] ids = frame.frame(tokenizer.encode(prompt + text));
              Arrays.stream(ids).forEach(row.putArray("token_ids")::add);
              ArrayNode vector = row.putArray("vector");
              for (float value : embed(model, ids, run.vectors())) {
                vector.add(value);
              }
            }
          });
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(rows);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static float[] embed(BertModel model, int[] ids, SentenceVectors vectors) {
    float[] pooled = model.pooled(List.of(ids), vectors.pooling())[0];
    return vectors.normalize() ? UnitLength.of(pooled) : pooled;
  }
}
