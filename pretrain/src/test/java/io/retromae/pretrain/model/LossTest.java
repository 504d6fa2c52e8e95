package io.retromae.pretrain.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LossTest {
  /** Their probability, e^-500, is 0 in float32; their loss is not infinite. */
  @Test
  void labelsOfNoProbabilityHaveAFiniteLoss() {
    try (RetroMaeModel model = DropoutTest.model();
        BatchTensors tensors = model.tensors(DropoutTest.batch())) {
      ParameterLayout.Parameter bias =
          model.layout().parameters().stream()
              .filter(p -> p.name().equals("cls.predictions.bias"))
              .findFirst()
              .orElseThrow();
      for (int label = 20; label <= 22; label++) {
        model.parameters().fetch().putFloat(4 * ((int) bias.offset() + label), -500);
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
        assertEquals(0, gradients.fetch().getFloat(4 * i), "gradient at " + i);
      }
    }
  }
}
