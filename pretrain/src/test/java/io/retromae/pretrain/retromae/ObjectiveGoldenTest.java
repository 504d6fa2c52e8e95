package io.retromae.pretrain.retromae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.loop.EvaluationSums;
import io.retromae.training.safetensors.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses, gradients, embeddings and decoder tensors against the recorded reference. */
class ObjectiveGoldenTest {
  private static final double[] LOSS_TOLERANCE = {1e-10, 5e-6};
  private static final double[] TENSOR_TOLERANCE = {1e-10, 2e-5};
  private static final double[] GRADIENT_ABSOLUTE = {1e-10, 2e-5};
  private static final double[] GRADIENT_RELATIVE = {1e-9, 1e-4};

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    JsonNode summary = GoldenBatches.FOLDER.json("expected/summary.json");
    summary
        .fieldNames()
        .forEachRemaining(
            variant -> {
              if (!List.of("retromae_raw", "retromae_emb", "dupmae").contains(variant)) {
                return;
              }
              summary
                  .get(variant)
                  .fieldNames()
                  .forEachRemaining(
                      batch -> {
                        cases.add(Arguments.of(variant, batch, DataType.FLOAT64));
                        cases.add(Arguments.of(variant, batch, DataType.FLOAT32));
                      });
            });
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossesGradientsAndTensorsEqualTheReference(String variant, String batch, DataType type) {
    int tag = type == DataType.FLOAT64 ? 0 : 1;
    String file =
        "expected/%s.%s.%s.safetensors".formatted(variant, batch, tag == 0 ? "f64" : "f32");
    Map<String, TensorData> expected = GoldenBatches.FOLDER.tensors(file);
    BatchArrays arrays = GoldenBatches.batch(batch);
    try (RetroMaeModel model = GoldenModels.load(variant, type);
        BatchTensors tensors = model.tensors(arrays)) {
      FlatVector gradients = model.newVector();

      Losses losses = model.gradients(tensors, gradients, RetroMaeModel.NO_DROPOUT, LossScale.ONE);

      assertLoss(expected, "total_loss", losses.total(), tag);
      assertLoss(expected, "encoder_loss", losses.encoder(), tag);
      assertLoss(expected, "decoder_loss", losses.decoder(), tag);
      assertLoss(expected, "bow_loss", losses.bow(), tag);
      assertEvaluation(expected, model.evaluate(tensors), arrays, tag);
      assertGradients(expected, model, gradients, tag);
      assertTensors(expected, model, tensors, arrays, tag);
      assertGradientNorms(variant, batch, model, gradients, tag);
    }
  }

  private static void assertEvaluation(
      Map<String, TensorData> expected, EvaluationSums sums, BatchArrays arrays, int tag) {
    assertEquals(arrays.encoderTargets(), sums.terms().get("encoder").count());
    assertEquals(arrays.decoderTargets(), sums.terms().get("decoder").count());
    sums.terms().forEach((name, sum) -> assertLoss(expected, name + "_loss", sum.meanLoss(), tag));
  }

  /** The reference gives NaN where a term has no token; that term is 0 here. */
  private static void assertLoss(
      Map<String, TensorData> expected, String name, double actual, int tag) {
    if (!expected.containsKey(name)) {
      return;
    }
    double want = expected.get(name).toDoubles()[0];
    if (Double.isNaN(want)) {
      assertTrue(Double.isFinite(actual), name + " must be finite, is " + actual);
    } else {
      assertEquals(want, actual, Math.abs(want) * LOSS_TOLERANCE[tag], name);
    }
  }

  private static void assertGradients(
      Map<String, TensorData> expected, RetroMaeModel model, FlatVector gradients, int tag) {
    expected.forEach(
        (name, tensor) -> {
          if (name.startsWith("grad.")) {
            double[] want = tensor.toDoubles();
            double[] got = GoldenModels.slice(gradients, model, name.substring("grad.".length()));
            for (int i = 0; i < want.length; i++) {
              double tolerance =
                  GRADIENT_ABSOLUTE[tag] + GRADIENT_RELATIVE[tag] * Math.abs(want[i]);
              assertEquals(want[i], got[i], tolerance, name + " at " + i);
            }
          }
        });
  }

  private static void assertGradientNorms(
      String variant, String batch, RetroMaeModel model, FlatVector gradients, int tag) {
    JsonNode recorded =
        GoldenBatches.FOLDER
            .json("expected/summary.json")
            .get(variant)
            .get(batch)
            .path(tag == 0 ? "f64" : "f32")
            .path("param_grad_norm");
    recorded
        .fieldNames()
        .forEachRemaining(
            name -> {
              double sum = 0;
              for (double g : GoldenModels.slice(gradients, model, name)) {
                sum += g * g;
              }
              double want = recorded.get(name).asDouble();
              double tolerance = tag == 0 ? 1e-9 + 1e-9 * want : 1e-4 + 1e-4 * want;
              assertEquals(want, Math.sqrt(sum), tolerance, "gradient norm of " + name);
            });
  }

  private static void assertTensors(
      Map<String, TensorData> expected,
      RetroMaeModel model,
      BatchTensors tensors,
      BatchArrays batch,
      int tag) {
    List<NDArray> parts = model.inspect(tensors);
    double[] hidden = doubles(parts.get(0));
    assertRows(expected, "encoder_last_hidden", hidden, batch, tag);
    assertRows(expected, "decoder_query", doubles(parts.get(1)), batch, tag);
    assertRows(expected, "decoder_key_value", doubles(parts.get(2)), batch, tag);
    assertRows(expected, "decoder_hidden", doubles(parts.get(3)), batch, tag);
    int width = model.shape().hiddenSize();
    float[][] embeddings = model.embeddings(tensors);
    if (expected.containsKey("cls_embedding")) {
      double[] want = expected.get("cls_embedding").toDoubles();
      for (int i = 0; i < want.length; i++) {
        int row = i / width;
        double got = hidden[row * batch.length() * width + i % width];
        assertEquals(want[i], got, TENSOR_TOLERANCE[tag], "cls_embedding at " + i);
        assertEquals(want[i], embeddings[row][i % width], TENSOR_TOLERANCE[1], "embeddings");
      }
    }
    if (expected.containsKey("ot_embedding")) {
      double[] want = expected.get("ot_embedding").toDoubles();
      double[] got = doubles(parts.get(4));
      for (int i = 0; i < want.length; i++) {
        assertEquals(want[i], got[i], TENSOR_TOLERANCE[tag], "ot_embedding at " + i);
      }
    }
  }

  /** Compares where tokens are; padding is free. */
  private static void assertRows(
      Map<String, TensorData> expected, String name, double[] got, BatchArrays batch, int tag) {
    if (!expected.containsKey(name)) {
      return;
    }
    double[] want = expected.get(name).toDoubles();
    int width = want.length / (batch.rows() * batch.length());
    for (int i = 0; i < want.length; i++) {
      int position = i / width;
      if (position % batch.length() < batch.lengths()[position / batch.length()]) {
        assertEquals(want[i], got[i], TENSOR_TOLERANCE[tag], name + " at " + i);
      }
    }
  }

  private static double[] doubles(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }
}
