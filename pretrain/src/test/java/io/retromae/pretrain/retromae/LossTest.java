package io.retromae.pretrain.retromae;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.training.bert.BatchTensors;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.loop.EvaluationSums;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LossTest {
  private static int offsetOfHeadBias(RetroMaeModel model) {
    return model.layout().parameters().stream()
        .filter(p -> p.name().equals("cls.predictions.bias"))
        .mapToInt(p -> (int) p.offset())
        .findFirst()
        .orElseThrow();
  }

  /** Their probability, e^-500, is 0 in float32; their loss is not infinite. */
  @Test
  void labelsOfNoProbabilityHaveAFiniteLoss() {
    try (RetroMaeModel model = DropoutTest.model();
        BatchTensors tensors = model.tensors(DropoutTest.batch())) {
      int bias = offsetOfHeadBias(model);
      for (int label = 20; label <= 22; label++) {
        model.parameters().fetch().whole().putFloat(4 * (bias + label), -500);
      }

      double loss =
          model
              .gradients(tensors, model.newVector(), RetroMaeModel.NO_DROPOUT, LossScale.ONE)
              .encoder();

      assertEquals(500 + Math.log(47), loss, 1);
    }
  }

  @Test
  void aTermWithoutLabelsIsZeroAndHasNoGradient() {
    BatchArrays b = DropoutTest.batch();
    long[] none = new long[b.encoderLabels().length];
    Arrays.fill(none, -100);
    BatchArrays unlabelled =
        new BatchArrays(
            b.rows(),
            b.length(),
            b.encoderInputIds(),
            none,
            b.decoderInputIds(),
            none,
            b.lengths(),
            b.visibleBits(),
            b.bowIndex(),
            b.bowWeight());
    try (RetroMaeModel model = DropoutTest.model();
        BatchTensors tensors = model.tensors(unlabelled)) {
      FlatVector gradients = model.newVector();

      Losses losses = model.gradients(tensors, gradients, RetroMaeModel.NO_DROPOUT, LossScale.ONE);

      assertEquals(new Losses(0, 0, 0, 0), losses);
      for (int i = 0; i < model.layout().size(); i++) {
        assertEquals(0, gradients.fetch().whole().getFloat(4 * i), "gradient at " + i);
      }
    }
  }

  /** Of the encoder's labels 20, 21 and 22 one is what the model always says. */
  @Test
  void evaluationCountsLabelsWithTheBestScore() {
    try (RetroMaeModel model = DropoutTest.model();
        BatchTensors tensors = model.tensors(DropoutTest.batch())) {
      int bias = offsetOfHeadBias(model);
      model.parameters().fetch().whole().putFloat(4 * (bias + 21), 50);

      EvaluationSums sums = model.evaluate(tensors);

      assertEquals(OptionalLong.of(1), sums.terms().get("encoder").correct());
      assertEquals(OptionalLong.of(0), sums.terms().get("decoder").correct());
    }
  }
}
