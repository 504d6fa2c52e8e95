package io.retromae.finetune.contrastive;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.finetune.contrastive.ContrastiveRule.Distillation;
import io.retromae.finetune.contrastive.ContrastiveRule.Negatives;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.GoldenFolder;
import io.retromae.training.bert.Pooling;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A recorded step.
 *
 * @param name of the case
 * @param recorded what {@code loss/summary.json} says of it
 * @param batches of each rank, here a logical shard
 */
record GoldenCase(String name, JsonNode recorded, List<PairBatch> batches) {
  static final GoldenFolder FOLDER = GoldenFolder.of("finetune.golden.dir");
  private static final JsonNode SUMMARY = FOLDER.json("loss/summary.json");
  private static final List<JsonNode> EXAMPLES = examples();

  /** Names of all cases. */
  static List<String> names() {
    List<String> names = new ArrayList<>();
    SUMMARY.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<JsonNode> examples() {
    try {
      List<JsonNode> lines = new ArrayList<>();
      for (String line : Files.readAllLines(FOLDER.path().resolve("loss/examples.jsonl"))) {
        lines.add(new ObjectMapper().readTree(line));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static GoldenCase of(String name) {
    JsonNode recorded = SUMMARY.get(name);
    Map<String, TensorData> tensors = FOLDER.tensors("loss/batches/" + name + ".safetensors");
    List<PairBatch> batches = new ArrayList<>();
    for (int rank = 0; rank < recorded.get("ranks").size(); rank++) {
      batches.add(batch(recorded, rank, tensors));
    }
    return new GoldenCase(name, recorded, batches);
  }

  private static PairBatch batch(JsonNode recorded, int rank, Map<String, TensorData> tensors) {
    String prefix = "rank" + rank + ".";
    JsonNode texts = recorded.get("ranks").get(rank);
    List<long[]> positives = new ArrayList<>();
    texts
        .get("examples")
        .forEach(e -> positives.add(hashes(EXAMPLES.get(e.get("line").asInt()).get("pos"))));
    TensorData teacher = tensors.get(prefix + "teacher_scores");
    return new PairBatch(
        rows(tensors, prefix + "query."),
        rows(tensors, prefix + "passage."),
        recorded.get("config").get("train_group_size").asInt(),
        new TextHashes(
            hashes(texts.get("queries")),
            hashes(texts.get("passages")),
            positives.toArray(long[][]::new)),
        teacher == null ? new double[0] : teacher.toDoubles(),
        false);
  }

  private static int[][] rows(Map<String, TensorData> tensors, String prefix) {
    TensorData ids = tensors.get(prefix + "input_ids");
    int[] values = ids.toInts();
    int[] mask = tensors.get(prefix + "attention_mask").toInts();
    int length = (int) ids.shape()[1];
    int[][] rows = new int[(int) ids.shape()[0]][];
    for (int i = 0; i < rows.length; i++) {
      int tokens = 0;
      for (int j = 0; j < length; j++) {
        tokens += mask[i * length + j];
      }
      rows[i] = java.util.Arrays.copyOfRange(values, i * length, i * length + tokens);
    }
    return rows;
  }

  private static long[] hashes(JsonNode texts) {
    long[] hashes = new long[texts.size()];
    for (int i = 0; i < hashes.length; i++) {
      String text = texts.get(i).asText();
      hashes[i] = ((long) text.hashCode() << 32) + text.length();
    }
    return hashes;
  }

  ContrastiveRule rule(int tokensPerChunk) {
    JsonNode config = recorded.get("config");
    List<Integer> dims = new ArrayList<>();
    config.get("mrl_dims").forEach(d -> dims.add(d.asInt()));
    return new ContrastiveRule(
        Pooling.valueOf(config.get("pooling").asText().toUpperCase(Locale.ROOT)),
        config.get("normalize").asBoolean(),
        config.get("temperature").asDouble(),
        config.get("in_batch_negatives").asBoolean() ? Negatives.GLOBAL : Negatives.OWN,
        config.get("mask_same_text").asBoolean(),
        switch (config.get("kd_loss_type").asText()) {
          case "null" -> Distillation.NONE;
          case "kl_div" -> Distillation.KL_DIV;
          case "m3_kd_loss" -> Distillation.M3_KD_LOSS;
          default -> throw new IllegalArgumentException(config.toString());
        },
        1,
        dims,
        tokensPerChunk,
        false);
  }

  Map<String, TensorData> expected(DataType type) {
    return FOLDER.tensors(
        "loss/expected/" + name + (type == DataType.FLOAT64 ? ".f64" : ".f32") + ".safetensors");
  }

  /** The recorded tiny BERT's sizes. */
  static BertShape shape() {
    return FOLDER.shape().withoutDropout();
  }

  /** The recorded weights. */
  static ContrastiveModel model(ContrastiveRule rule, DataType type) {
    return model(shape(), rule, type);
  }

  /** The same, with another shape's dropout. */
  static ContrastiveModel model(BertShape shape, ContrastiveRule rule, DataType type) {
    ContrastiveModel model = new ContrastiveModel(shape, rule, type, Compute.CPU);
    FOLDER.fill(model);
    return model;
  }

  @Override
  public String toString() {
    return name;
  }
}
