package io.retromae.embed.encoder;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.retromae.training.bert.BertModel;
import io.retromae.training.libtorch.Compute;
import org.junit.jupiter.api.Test;

class PaddedModelTest {
  @Test
  void aModelPadsIfItsAttentionIsFused() {
    Compute fused = new Compute(Device.cpu(), false, false, true);
    try (BertModel padding = BertModel.withoutHead(TinyFolder.SHAPE.withoutDropout(), fused);
        BertModel packing = BertModel.withoutHead(TinyFolder.SHAPE, Compute.CPU)) {
      assertTrue(new PaddedModel(padding, false).pads());
      assertFalse(new PaddedModel(packing, false).pads());
    }
  }
}
