package io.retromae.pretrain.mlm;

import io.retromae.core.vocab.RowFrame;
import io.retromae.pretrain.batch.BatchMaker;
import io.retromae.pretrain.batch.SampleRow;
import io.retromae.pretrain.masking.EncoderMasking;
import io.retromae.pretrain.masking.MaskingContext;
import io.retromae.pretrain.masking.TokenKinds;
import io.retromae.training.bert.TokenRows;
import java.util.Arrays;
import java.util.List;

/**
 * Rows to one micro-batch: framed, padded to the longest, masked as RetroMAE's encoder is, word by
 * word. For one thread.
 */
final class MlmBatchMaker implements BatchMaker<MlmBatch> {
  private final RowFrame frame;
  private final TokenKinds kinds;
  private final EncoderMasking masking;
  private final long seed;

  /**
   * Masks of a given density.
   *
   * @param probability share of tokens hidden, in (0, 1)
   */
  MlmBatchMaker(RowFrame frame, TokenKinds kinds, double probability, long seed) {
    this.frame = frame;
    this.kinds = kinds;
    this.masking = new EncoderMasking(probability);
    this.seed = seed;
  }

  @Override
  public MlmBatch build(List<SampleRow> rows, int epoch) {
    int[][] framed = SampleRow.framed(rows, frame);
    int length = Arrays.stream(framed).mapToInt(row -> row.length).max().orElseThrow();
    long[] ids = new long[framed.length * length];
    long[] labels = new long[framed.length * length];
    Arrays.fill(ids, frame.pad());
    Arrays.fill(labels, EncoderMasking.NO_LABEL);
    for (int i = 0; i < framed.length; i++) {
      SampleRow row = rows.get(i);
      masking.mask(
          framed[i],
          new MaskingContext(kinds, seed, epoch, row.sample(), row.repeat()),
          new EncoderMasking.Target(ids, labels, i * length));
    }
    long[] lengths = Arrays.stream(framed).mapToLong(row -> row.length).toArray();
    return new MlmBatch(new TokenRows(length, ids, lengths), labels);
  }
}
