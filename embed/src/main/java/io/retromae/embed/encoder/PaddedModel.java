package io.retromae.embed.encoder;

import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.Pooling;
import java.util.List;

/** The model of training: on a GPU, or one that is being trained. */
final class PaddedModel implements BatchModel {
  private final BertModel model;
  private final boolean owned;

  /**
   * @param owned whether the model is closed with this
   */
  PaddedModel(BertModel model, boolean owned) {
    this.model = model;
    this.owned = owned;
  }

  @Override
  public int width() {
    return model.shape().hiddenSize();
  }

  @Override
  public int words() {
    return model.shape().vocabSize();
  }

  @Override
  public int enoughTokens() {
    return Integer.MAX_VALUE;
  }

  @Override
  public boolean pads() {
    return model.pads();
  }

  /** One batch at a time, as training's model wants it. */
  @Override
  public synchronized float[][] pooled(List<int[]> rows, Pooling pooling) {
    return model.pooled(rows, pooling);
  }

  @Override
  public void close() {
    if (owned) {
      model.close();
    }
  }
}
