package io.retromae.finetune.contrastive;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.embed.encoder.Pooling;
import io.retromae.finetune.contrastive.ContrastiveRule.Distillation;
import io.retromae.finetune.contrastive.ContrastiveRule.Negatives;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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
  static final Path FOLDER = Path.of(System.getProperty("finetune.golden.dir"));
  private static final JsonNode SUMMARY = json("loss/summary.json");
  private static final List<JsonNode> EXAMPLES = examples();

  /** Names of all cases. */
  static List<String> names() {
    List<String> names = new ArrayList<>();
    SUMMARY.fieldNames().forEachRemaining(names::add);
    return names;
  }

  static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(FOLDER.resolve(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<JsonNode> examples() {
    try {
      List<JsonNode> lines = new ArrayList<>();
      for (String line : Files.readAllLines(FOLDER.resolve("loss/examples.jsonl"))) {
        lines.add(new ObjectMapper().readTree(line));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<String, TensorData> tensors(String name) {
    Path file = FOLDER.resolve(name);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return Safetensors.read(name, in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static GoldenCase of(String name) {
    JsonNode recorded = SUMMARY.get(name);
    Map<String, TensorData> tensors = tensors("loss/batches/" + name + ".safetensors");
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
          case "m3_kd_loss" -> Distillation.M3;
          default -> throw new IllegalArgumentException(config.toString());
        },
        1,
        dims,
        tokensPerChunk);
  }

  Map<String, TensorData> expected(DataType type) {
    return tensors(
        "loss/expected/" + name + (type == DataType.FLOAT64 ? ".f64" : ".f32") + ".safetensors");
  }

  /** The recorded tiny BERT's sizes. */
  static BertShape shape() {
    JsonNode c = json("tiny/config.json");
    return new BertShape(
        c.get("vocab_size").asInt(),
        c.get("hidden_size").asInt(),
        c.get("num_hidden_layers").asInt(),
        c.get("num_attention_heads").asInt(),
        c.get("intermediate_size").asInt(),
        c.get("max_position_embeddings").asInt(),
        c.get("type_vocab_size").asInt(),
        c.get("layer_norm_eps").asDouble(),
        0,
        0,
        0.02,
        c.get("pad_token_id").asInt());
  }

  /** The recorded weights. */
  static ContrastiveModel model(ContrastiveRule rule, DataType type) {
    return model(shape(), rule, type);
  }

  /** The same, with another shape's dropout. */
  static ContrastiveModel model(BertShape shape, ContrastiveRule rule, DataType type) {
    ContrastiveModel model = new ContrastiveModel(shape, rule, type, Compute.CPU);
    fill(model);
    return model;
  }

  private static void fill(BertModel model) {
    Map<String, TensorData> weights = tensors("tiny/model.safetensors");
    for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
      ByteBuffer memory = model.parameters().fetch().slice(parameter.offset(), parameter.size());
      for (double value : weights.get(parameter.name()).toDoubles()) {
        if (model.dataType() == DataType.FLOAT64) {
          memory.putDouble(value);
        } else {
          memory.putFloat((float) value);
        }
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
