package io.retromae.pretrain.retromae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where the model drops values, how many, and what becomes of the others. Parameters are chosen so
 * that a tensor which can be looked into shows a mask: all are zero but those that a test fills.
 */
class DropoutPlacesTest {
  private static final double RATE = 0.25;
  private static final double KEPT = 1 / (1 - RATE);
  private static final int LENGTH = 20;
  private static final int D = 64;
  private static final int HIDDEN = 0;
  private static final int QUERY = 1;
  private static final int CONTEXT = 2;
  private static final int DECODED = 3;

  private static RetroMaeModel model(
      RetroMaeVariant.DecoderQuery query, double hidden, double attention) {
    return RetroMaeModel.create(
        new BertShape(30, D, 2, 2, 8, LENGTH, 2, 1e-12, hidden, attention, 0.02, 0),
        new RetroMaeVariant(query, 0),
        DataType.FLOAT64);
  }

  private static void fill(RetroMaeModel model, String name, IntToDoubleFunction value) {
    ParameterLayout.Parameter parameter =
        model.layout().parameters().stream()
            .filter(p -> p.name().equals(name))
            .findFirst()
            .orElseThrow();
    for (int i = 0; i < parameter.size(); i++) {
      model
          .parameters()
          .fetch()
          .whole()
          .putDouble(8 * ((int) parameter.offset() + i), value.applyAsDouble(i));
    }
  }

  /** LayerNorms of layers only scale, so that a pattern passes through the layers above it. */
  private static void openLayers(RetroMaeModel model, String... layers) {
    for (String layer : layers) {
      fill(model, layer + ".attention.output.LayerNorm.weight", i -> 1);
      fill(model, layer + ".output.LayerNorm.weight", i -> 1);
    }
  }

  /** Two rows of one length; each position sees all but itself. */
  private static BatchArrays batch() {
    int cells = 2 * LENGTH;
    int bytes = (LENGTH + 7) / 8;
    long[] ids = new long[cells];
    long[] none = new long[cells];
    Arrays.fill(ids, 7);
    Arrays.fill(none, -100);
    byte[] visible = new byte[cells * bytes];
    Arrays.fill(visible, (byte) 0xFF);
    for (int cell = 0; cell < cells; cell++) {
      int own = cell % LENGTH;
      visible[cell * bytes + own / 8] &= (byte) ~(1 << (own % 8));
    }
    long[] lengths = {LENGTH, LENGTH};
    return new BatchArrays(
        2, LENGTH, ids, none, ids, none, lengths, visible, new long[0], new float[0]);
  }

  /** One of the tensors [2 rows * LENGTH * D] that can be looked into. */
  private static double[] look(RetroMaeModel model, int tensor, long seed) {
    try (BatchTensors tensors = model.tensors(batch())) {
      NDArray array = model.inspect(tensors, seed).get(tensor);
      return array.toType(DataType.FLOAT64, false).toDoubleArray();
    }
  }

  private static double[] mask(double[] pattern) {
    return Arrays.stream(pattern).map(x -> x > 0 ? 1 : 0).toArray();
  }

  private static void assertShare(double want, double[] mask, String where) {
    double error = 5 * Math.sqrt(want * (1 - want) / mask.length);
    assertEquals(want, Arrays.stream(mask).average().orElseThrow(), error, where);
  }

  @Test
  void embeddedWordsAreLeftOutOrGrow() {
    try (RetroMaeModel model = model(RetroMaeVariant.DecoderQuery.EMBEDDINGS, RATE, 0)) {
      fill(model, "bert.embeddings.LayerNorm.bias", i -> 1);

      for (int tensor : new int[] {QUERY, CONTEXT}) {
        double[] values = look(model, tensor, 1);

        for (int i = 0; i < values.length; i++) {
          boolean sentence = tensor == CONTEXT && i / D % LENGTH == 0;
          assertTrue(sentence || values[i] == 0 || Math.abs(values[i] - KEPT) < 1e-12, "at " + i);
        }
      }
    }
  }

  @Test
  void theRawQueryAndTheSentenceEmbeddingLoseNothing() {
    try (RetroMaeModel model = model(RetroMaeVariant.DecoderQuery.RAW, RATE, RATE)) {
      fill(model, "bert.embeddings.position_embeddings.weight", i -> i + 1);
      fill(model, "bert.encoder.layer.1.output.LayerNorm.bias", i -> 1);

      double[] query = look(model, QUERY, 1);
      double[] context = look(model, CONTEXT, 1);

      for (int i = 0; i < query.length; i++) {
        assertEquals(1 + (i % (LENGTH * D)) + 1, query[i], 1e-9, "query at " + i);
        assertTrue(i / D % LENGTH != 0 || context[i] == 1, "context at " + i);
      }
    }
  }

  /** Next to a query of (0, 1, 0, ...) a layer's term (0, 0, 1, ...) shows its scale. */
  @ParameterizedTest
  @ValueSource(strings = {"c_head.attention.output.dense.bias", "c_head.output.dense.bias"})
  void termsOfALayerAreLeftOutOrGrow(String name) {
    try (RetroMaeModel model = model(RetroMaeVariant.DecoderQuery.RAW, RATE, 0)) {
      openLayers(model, "c_head");
      fill(model, "bert.embeddings.position_embeddings.weight", i -> i % D == 1 ? 1 : 0);
      if (name.equals("c_head.output.dense.bias")) {
        fill(model, "c_head.attention.output.LayerNorm.weight", i -> 0);
        fill(model, "c_head.attention.output.LayerNorm.bias", i -> i == 1 ? 1 : 0);
      }
      fill(model, name, i -> i > 1 ? 1 : 0);

      double[] values = look(model, DECODED, 1);

      for (int i = 0; i < values.length; i++) {
        int start = i - i % D;
        double grown = (values[i] - values[start]) / (values[start + 1] - values[start]);
        boolean left = Math.abs(grown) < 1e-9 || i % D == 1;
        assertTrue(left || Math.abs(grown - KEPT) < 1e-9, "at " + i + ": " + grown);
      }
    }
  }

  /** Values that are all 1, all keys alike: a sum over kept keys, the same throughout a head. */
  @Test
  void attentionLeavesOutItsShareOfKeysForEachRowAndHead() {
    double rate = 0.4;
    int[][] kept = new int[4][LENGTH];
    double[] shares = new double[4 * LENGTH];
    try (RetroMaeModel model = model(RetroMaeVariant.DecoderQuery.RAW, 0, rate)) {
      openLayers(model, "c_head");
      fill(model, "bert.embeddings.position_embeddings.weight", i -> i % D == 1 ? 1 : 0);
      fill(model, "c_head.attention.self.value.bias", i -> 1);
      fill(model, "c_head.attention.output.dense.weight", i -> i / D > 1 && i / D == i % D ? 1 : 0);

      double[] values = look(model, DECODED, 1);

      for (int i = 0; i < values.length; i++) {
        int start = i - i % D;
        double sum = (values[i] - values[start]) / (values[start + 1] - values[start]);
        if (i % D > 1) {
          double keys = sum * (1 - rate) * (LENGTH - 1);
          assertEquals(Math.rint(keys), keys, 1e-6, "whole keys at " + i);
          int part = i / D / LENGTH * 2 + i % D / (D / 2);
          kept[part][i / D % LENGTH] = (int) Math.rint(keys);
          shares[part * LENGTH + i / D % LENGTH] = keys / (LENGTH - 1);
        }
      }
    }
    double error = 5 * Math.sqrt(rate * (1 - rate) / (shares.length * (LENGTH - 1)));
    assertEquals(1 - rate, Arrays.stream(shares).average().orElseThrow(), error);
    for (int one = 0; one < 4; one++) {
      for (int two = 0; two < one; two++) {
        assertFalse(Arrays.equals(kept[one], kept[two]), "row and head " + one + ", " + two);
      }
    }
  }

  /** Without dropout every value of a position would be the same, and LayerNorm make it 0. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void attentionOfEveryEncoderLayerDrops(int layer) {
    try (RetroMaeModel model = model(RetroMaeVariant.DecoderQuery.RAW, 0, 0.4)) {
      openLayers(model, "bert.encoder.layer.0", "bert.encoder.layer.1");
      String attention = "bert.encoder.layer." + layer + ".attention.";
      fill(model, attention + "self.value.bias", i -> 1);
      fill(model, attention + "output.dense.weight", i -> i / D == i % D ? 1 : 0);

      double[] values = look(model, HIDDEN, 1);

      long changed = Arrays.stream(values).filter(x -> Math.abs(x) > 1e-3).count();
      assertTrue(changed > values.length / 2, changed + " of " + values.length);
    }
  }

  /** The masks [2 rows * LENGTH * D] of all places of a model, by what they act on. */
  private static Map<String, double[]> masks(long seed) {
    Map<String, double[]> masks = new LinkedHashMap<>();
    for (int layer = 0; layer < 2; layer++) {
      for (String part : new String[] {".attention.output", ".output"}) {
        String name = "bert.encoder.layer." + layer + part;
        masks.put(name, mask(pattern(name + ".dense.bias", HIDDEN, seed)));
      }
    }
    for (String part : new String[] {".attention.output", ".output"}) {
      masks.put("c_head" + part, mask(pattern("c_head" + part + ".dense.bias", DECODED, seed)));
    }
    String embeddings = "bert.embeddings.LayerNorm.bias";
    masks.put("encoder input", mask(pattern(embeddings, HIDDEN, seed)));
    masks.put("query", mask(pattern(embeddings, QUERY, seed)));
    masks.put("context", mask(pattern(embeddings, CONTEXT, seed)));
    return masks;
  }

  /** What ones at one place become. */
  private static double[] pattern(String name, int tensor, long seed) {
    try (RetroMaeModel model = model(RetroMaeVariant.DecoderQuery.EMBEDDINGS, RATE, 0)) {
      openLayers(model, "bert.encoder.layer.0", "bert.encoder.layer.1", "c_head");
      fill(model, name, i -> 1);
      return look(model, tensor, seed);
    }
  }

  private static void assertIndependent(double[] one, double[] two, String where) {
    double[] equal = new double[one.length];
    for (int i = 0; i < one.length; i++) {
      equal[i] = one[i] == two[i] ? 1 : 0;
    }
    assertShare((1 - RATE) * (1 - RATE) + RATE * RATE, equal, where);
  }

  @Test
  void everyPlaceDropsItsShareWhateverOthersDrop() {
    Map<String, double[]> masks = masks(3);
    Map<String, double[]> ofNextSeed = masks(4);

    masks.forEach(
        (place, mask) -> {
          boolean sentences = place.equals("context"); // whose positions 0 are no words
          double[] words = sentences ? Arrays.copyOfRange(mask, D, LENGTH * D) : mask;
          assertShare(1 - RATE, words, place);
          assertIndependent(mask, ofNextSeed.get(place), place + " and the next seed");
          masks.forEach(
              (other, otherMask) -> {
                if (!other.equals(place)) {
                  assertIndependent(mask, otherMask, place + " and " + other);
                }
              });
        });
    masks.forEach(
        (place, mask) ->
            assertIndependent(
                Arrays.copyOf(mask, LENGTH * D),
                Arrays.copyOfRange(mask, LENGTH * D, 2 * LENGTH * D),
                "rows of " + place));
  }
}
