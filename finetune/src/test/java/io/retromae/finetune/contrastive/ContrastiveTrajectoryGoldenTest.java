package io.retromae.finetune.contrastive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.training.bert.AdamWStep;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.collective.LocalCollective;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.loop.RunPlan;
import io.retromae.training.loop.StepInput;
import io.retromae.training.loop.StepSums;
import io.retromae.training.optimize.GradientTree;
import io.retromae.training.safetensors.TensorData;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ten recorded AdamW steps: losses, norms, and all parameters afterwards. */
class ContrastiveTrajectoryGoldenTest {
  /** Noise: its exact gradient is zero, but AdamW divides by the root of the second moment. */
  private static final String KEY_BIAS = "attention.self.key.bias";

  @ParameterizedTest(name = "{0}, {1}, chunks of {2} tokens")
  @CsvSource({
    "mixed, FLOAT64, 100000",
    "mixed, FLOAT64, 70",
    "mixed, FLOAT32, 100000",
    "mixed, FLOAT32, 70",
    "cross2, FLOAT64, 100000",
    "cross2, FLOAT64, 70",
    "cross2, FLOAT32, 100000",
    "cross2, FLOAT32, 70"
  })
  void tenStepsAreTheRecordedOnes(String run, DataType type, int tokens) throws Exception {
    boolean exact = type == DataType.FLOAT64;
    JsonNode recorded =
        GoldenCase.FOLDER
            .json("trajectory/trajectory.json")
            .get("runs")
            .get(run + (exact ? ".f64" : ".f32"));
    Map<String, GoldenCase> cases = new LinkedHashMap<>();
    recorded
        .get("steps")
        .forEach(step -> cases.computeIfAbsent(step.get("case").asText(), GoldenCase::of));
    // One script for all cases but for what differs in it: the temperature and the distillation.
    Map<String, ContrastiveModel> models = new LinkedHashMap<>();
    cases.forEach((name, golden) -> models.put(name, GoldenCase.model(golden.rule(tokens), type)));
    ContrastiveModel first = models.values().iterator().next();
    FlatVector m = first.newVector();
    FlatVector v = first.newVector();

    for (JsonNode step : recorded.get("steps")) {
      GoldenCase golden = cases.get(step.get("case").asText());
      ContrastiveModel model = models.get(golden.name());
      first.parameters().fetch().copyTo(model.parameters().fetch());
      GradientTree tree = new GradientTree(model);
      ContrastiveObjective objective = new ContrastiveObjective(model, golden.rule(tokens));
      RunPlan plan = Ranked.plan(golden.batches().size(), 1);
      StepSums sums =
          objective.step(
              new StepInput<>(
                  0,
                  plan,
                  new Ranked.Same(golden.batches()),
                  new LocalCollective(),
                  tree,
                  () -> {}));
      FlatVector gradients = tree.sum();
      double norm = model.norms(gradients, model.layout().size())[0];
      first.update(
          new AdamWStep(
              step.get("step").asLong() + 1,
              plan.gradientScale(),
              1,
              step.get("rate").asDouble(),
              0.9,
              0.999,
              1e-8,
              recorded.get("weight_decay").asDouble()),
          norm,
          gradients,
          m,
          v);

      double relative = exact ? 1e-9 : 2e-5;
      double loss = step.get("loss").asDouble();
      String what = golden.name() + " at step " + step.get("step");
      assertEquals(loss, objective.mean(plan, sums.losses())[0], relative * loss, what);
      double wantNorm = step.get("grad_norm").asDouble();
      assertEquals(wantNorm, norm, relative * wantNorm, what);
    }

    Map<String, TensorData> want =
        GoldenCase.FOLDER.tensors("trajectory/" + run + ".final.f64.safetensors");
    double[] parameters = Ranked.values(first.parameters(), type);
    for (ParameterLayout.Parameter parameter : first.layout().parameters()) {
      double[] values = want.get(parameter.name()).toDoubles();
      double tolerance = exact ? 1e-9 : parameter.name().endsWith(KEY_BIAS) ? 2e-3 : 1e-5;
      for (int i = 0; i < values.length; i++) {
        assertEquals(
            values[i], parameters[(int) parameter.offset() + i], tolerance, parameter.name());
      }
    }
    models.values().forEach(ContrastiveModel::close);
  }
}
