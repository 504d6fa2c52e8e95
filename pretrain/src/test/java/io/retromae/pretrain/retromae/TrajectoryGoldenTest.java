package io.retromae.pretrain.retromae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.optimize.LearningRateSchedule;
import io.retromae.training.optimize.Optimizer;
import io.retromae.training.safetensors.TensorData;
import io.retromae.training.settings.OptimizerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Twenty optimizer steps against the recorded ones: rates, losses, norms and final parameters. */
class TrajectoryGoldenTest {
  static Stream<String> runs() {
    List<String> runs = new ArrayList<>();
    GoldenBatches.FOLDER
        .json("expected/trajectory.json")
        .get("runs")
        .fieldNames()
        .forEachRemaining(runs::add);
    return runs.stream();
  }

  @ParameterizedTest
  @MethodSource("runs")
  void twentyStepsEqualTheReference(String run) {
    JsonNode trajectory = GoldenBatches.FOLDER.json("expected/trajectory.json");
    JsonNode recorded = trajectory.get("runs").get(run);
    String variant = run.substring(0, run.indexOf('.'));
    boolean f64 = run.endsWith(".f64");
    double tolerance = f64 ? 1e-9 : 1e-5;
    DataType type = f64 ? DataType.FLOAT64 : DataType.FLOAT32;
    OptimizerSettings settings = settings(trajectory.get("settings"), run);
    try (RetroMaeModel model = GoldenModels.load(variant, type)) {
      int steps = recorded.get("log").size();
      Optimizer optimizer =
          new Optimizer(model, settings, LearningRateSchedule.of(settings, steps));
      FlatVector gradients = model.newVector();

      for (JsonNode want : recorded.get("log")) {
        try (BatchTensors batch = model.tensors(GoldenBatches.batch(want.get("batch").asText()))) {
          Losses losses =
              model.gradients(batch, gradients, RetroMaeModel.NO_DROPOUT, LossScale.ONE);
          Optimizer.Update update = optimizer.update(gradients, 1);

          String where = run + " step " + want.get("step").asInt();
          assertFalse(update.skipped(), where);
          assertEquals(want.get("lr").asDouble(), update.learningRate(), 1e-18, where + " rate");
          close(want, "total_loss", losses.total(), tolerance, where);
          close(want, "encoder_loss", losses.encoder(), tolerance, where);
          close(want, "decoder_loss", losses.decoder(), tolerance, where);
          close(want, "bow_loss", losses.bow(), tolerance, where);
          close(want, "grad_norm_before_clip", update.gradNorm(), tolerance, where);
        }
      }
      assertFinalParameters(run, variant, recorded, model);
    }
  }

  private static void close(
      JsonNode want, String name, double actual, double tolerance, String where) {
    if (want.hasNonNull(name) && Double.isFinite(want.get(name).asDouble())) {
      double expected = want.get(name).asDouble();
      assertEquals(expected, actual, Math.abs(expected) * tolerance, where + " " + name);
    }
  }

  private static void assertFinalParameters(
      String run, String variant, JsonNode recorded, RetroMaeModel model) {
    boolean f64 = model.dataType() == DataType.FLOAT64;
    JsonNode norms = recorded.get("final_param_l2");
    for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
      double[] got =
          GoldenModels.slice(model.parameters().fetch().whole(), model.dataType(), parameter);
      double sum = 0;
      for (double x : got) {
        sum += x * x;
      }
      boolean noisy = !f64 && parameter.name().endsWith("attention.self.key.bias");
      double slack = f64 ? 1e-9 : noisy ? 1e-3 * Math.sqrt(got.length) : 1e-5;
      double want = norms.get(parameter.name()).asDouble();
      assertEquals(want, Math.sqrt(sum), slack * (1 + want), run + " norm of " + parameter.name());
    }
    String file = "expected/" + variant + ".final.lr1e-3.from_f64.safetensors";
    if (!run.contains("lr1e-3") || !GoldenBatches.exists(file)) {
      return;
    }
    Map<String, TensorData> expected = GoldenBatches.FOLDER.tensors(file);
    for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
      TensorData tensor = expected.get(parameter.name());
      double[] want = tensor.toDoubles();
      double[] got =
          GoldenModels.slice(model.parameters().fetch().whole(), model.dataType(), parameter);
      boolean noisy = parameter.name().endsWith("attention.self.key.bias");
      double exact = tensor.dtype().equals("F64") ? 1e-9 : 1e-7;
      double slack = f64 ? exact : noisy ? 1e-3 : 1e-5;
      for (int i = 0; i < want.length; i++) {
        assertEquals(want[i], got[i], slack, run + " " + parameter.name() + " at " + i);
      }
    }
  }

  private static OptimizerSettings settings(JsonNode recorded, String run) {
    return new OptimizerSettings(
        run.contains("lr1e-3") ? 1e-3 : 1e-4,
        recorded.get("weight_decay").asDouble(),
        recorded.get("betas").get(0).asDouble(),
        recorded.get("betas").get(1).asDouble(),
        recorded.get("eps").asDouble(),
        recorded.get("max_grad_norm").asDouble(),
        OptimizerSettings.SchedulerType.LINEAR,
        recorded.get("warmup_ratio").asDouble(),
        Optional.empty(),
        1,
        OptimizerSettings.AllreduceDtype.FLOAT32);
  }
}
