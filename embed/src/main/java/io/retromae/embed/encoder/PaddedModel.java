package io.retromae.embed.encoder;

import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.TokenRows;
import java.util.Arrays;
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
    int n = rows.size();
    int length = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
    long[] ids = new long[n * length];
    Arrays.fill(ids, model.shape().padTokenId());
    long[] lengths = new long[n];
    long[] first = new long[n];
    long[] end = new long[n];
    for (int i = 0; i < n; i++) {
      int[] row = rows.get(i);
      for (int j = 0; j < row.length; j++) {
        ids[i * length + j] = row[j];
      }
      lengths[i] = row.length;
      first[i] = pooling.first(row.length);
      end[i] = pooling.end(row.length);
    }
    try (BatchTensors tensors = model.tensors(new TokenRows(length, ids, lengths))) {
      return model.meanEmbeddings(tensors, first, end);
    }
  }

  @Override
  public void close() {
    if (owned) {
      model.close();
    }
  }
}
