package io.retromae.embed.metric.classify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.embed.metric.EvalGolden;
import io.retromae.embed.metric.classify.ClassificationMetrics.Experiment;
import io.retromae.embed.metric.classify.ClassificationMetrics.Labelled;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Experiments of mteb with scikit-learn's logistic regression. */
class ClassificationGoldenTest {
  private static final double TOLERANCE = 1e-12;
  private static final JsonNode RECORDED = EvalGolden.json("classification.json");

  static Stream<Named<JsonNode>> sets() {
    return EvalGolden.list(RECORDED.get("sets")).stream()
        .map(set -> Named.of(set.get("name").asText(), set));
  }

  private static Labelled labelled(JsonNode set, String split) {
    String name = "classification." + set.get("name").asText() + "." + split;
    return new Labelled(EvalGolden.vectors(name), EvalGolden.ints(set.get(split + "_labels")));
  }

  private static ClassificationMetrics metrics(JsonNode set) {
    return ClassificationMetrics.of(
        labelled(set, "train"),
        labelled(set, "test"),
        set.get("samples_per_label").asInt(),
        set.get("experiments").size(),
        RECORDED.get("seed").asInt());
  }

  @ParameterizedTest
  @MethodSource("sets")
  void rowsPredictionsAndScoresOfExperimentsEqual(JsonNode set) {
    List<Experiment> experiments = metrics(set).experiments();

    for (int i = 0; i < experiments.size(); i++) {
      JsonNode recorded = set.get("experiments").get(i);
      Experiment experiment = experiments.get(i);
      String name = "experiment " + i;
      assertArrayEquals(EvalGolden.ints(recorded.get("chosen")), experiment.chosen(), name);
      assertArrayEquals(EvalGolden.ints(recorded.get("predicted")), experiment.predicted(), name);
      experiment
          .scores()
          .forEach(
              (metric, value) ->
                  assertEquals(
                      recorded.get(metric).asDouble(), value, TOLERANCE, name + " " + metric));
      assertEquals(
          recorded.get("ap").isNumber(), experiment.scores().containsKey("ap"), name + " ap");
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void meansEqual(JsonNode set) {
    Map<String, Double> means = metrics(set).means();

    EvalGolden.members(set.get("mean"))
        .forEach(
            (metric, mean) -> {
              if (mean.isNumber()) {
                assertEquals(mean.asDouble(), means.get(metric), TOLERANCE, metric);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("sets")
  void weightsAreThoseOfTheOptimum(JsonNode set) {
    Labelled train = labelled(set, "train");
    int[] known = Arrays.stream(train.labels()).distinct().sorted().toArray();
    for (JsonNode recorded : set.get("experiments")) {
      int[] chosen = EvalGolden.ints(recorded.get("chosen"));

      LogisticRegression model =
          LogisticRegression.fit(
              Arrays.stream(chosen).mapToObj(i -> train.vectors()[i]).toArray(float[][]::new),
              Arrays.stream(chosen)
                  .map(i -> Arrays.binarySearch(known, train.labels()[i]))
                  .toArray(),
              known.length);

      double squares = 0;
      double[] intercepts = new double[model.weights().length];
      for (int k = 0; k < intercepts.length; k++) {
        int features = model.weights()[k].length - 1;
        intercepts[k] = model.weights()[k][features];
        for (int d = 0; d < features; d++) {
          squares += model.weights()[k][d] * model.weights()[k][d];
        }
      }
      assertArrayEquals(
          EvalGolden.doubles(recorded.get("intercept_at_the_optimum")), intercepts, 1e-6);
      double norm = recorded.get("coefficient_norm_at_the_optimum").asDouble();
      assertEquals(norm, Math.sqrt(squares), 1e-6 * norm);
      assertTrue(Double.isFinite(norm));
    }
  }
}
