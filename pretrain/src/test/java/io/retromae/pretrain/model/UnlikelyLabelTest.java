package io.retromae.pretrain.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class UnlikelyLabelTest {
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
}
