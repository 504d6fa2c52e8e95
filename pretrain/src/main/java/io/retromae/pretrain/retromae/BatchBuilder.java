package io.retromae.pretrain.retromae;

import io.retromae.pretrain.batch.BatchMaker;
import io.retromae.pretrain.batch.SampleRow;
import io.retromae.pretrain.masking.BagOfWords;
import io.retromae.pretrain.masking.DecoderVisibility;
import io.retromae.pretrain.masking.EncoderMasking;
import io.retromae.pretrain.masking.MaskingContext;
import java.util.Arrays;
import java.util.List;

/**
 * Rows to one micro-batch: [CLS] content [SEP], cut to the longest allowed, padded to the longest
 * of the batch, masked for encoder and decoder. Everything random depends on (seed, epoch, sample)
 * alone. For one thread.
 */
public final class BatchBuilder implements BatchMaker<BatchArrays> {
  private final BatchRule rule;
  private final EncoderMasking encoder;
  private final DecoderVisibility decoder;

  /** Builds by a rule. */
  public BatchBuilder(BatchRule rule) {
    this.rule = rule;
    this.encoder = new EncoderMasking(rule.encoderMlmProbability());
    this.decoder = new DecoderVisibility(rule.decoder());
  }

  @Override
  public BatchArrays build(List<SampleRow> rows, int epoch) {
    int[][] framed = SampleRow.framed(rows, rule.frame());
    int length = Arrays.stream(framed).mapToInt(row -> row.length).max().orElseThrow();
    int bytesPerQuery = (length + 7) / 8;
    int cells = framed.length * length;
    long[] encoderInputIds = filled(cells, rule.frame().pad());
    long[] encoderLabels = filled(cells, EncoderMasking.NO_LABEL);
    long[] decoderInputIds = filled(cells, rule.frame().pad());
    long[] decoderLabels = filled(cells, EncoderMasking.NO_LABEL);
    long[] lengths = new long[framed.length];
    byte[] bits = new byte[cells * bytesPerQuery];
    for (int i = 0; i < framed.length; i++) {
      int[] row = framed[i];
      int offset = i * length;
      lengths[i] = row.length;
      for (int j = 0; j < row.length; j++) {
        decoderInputIds[offset + j] = row[j];
        if (j > 0 && j < row.length - 1) {
          decoderLabels[offset + j] = row[j];
        }
      }
      MaskingContext context =
          new MaskingContext(
              rule.kinds(), rule.seed(), epoch, rows.get(i).sample(), rows.get(i).repeat());
      encoder.mask(row, context, new EncoderMasking.Target(encoderInputIds, encoderLabels, offset));
      decoder.draw(
          row, context, new DecoderVisibility.Target(bits, offset * bytesPerQuery, bytesPerQuery));
    }
    Bags bags = rule.bagOfWords() ? bags(framed) : new Bags(new long[0], new float[0]);
    return new BatchArrays(
        framed.length,
        length,
        encoderInputIds,
        encoderLabels,
        decoderInputIds,
        decoderLabels,
        lengths,
        bits,
        bags.index(),
        bags.weight());
  }

  private record Bags(long[] index, float[] weight) {}

  private Bags bags(int[][] rows) {
    int total = 0;
    BagOfWords[] bags = new BagOfWords[rows.length];
    for (int i = 0; i < rows.length; i++) {
      bags[i] = BagOfWords.of(rows[i]);
      total += bags[i].ids().length;
    }
    long[] index = new long[total];
    float[] weight = new float[total];
    int n = 0;
    for (int i = 0; i < rows.length; i++) {
      for (int id : bags[i].ids()) {
        index[n] = (long) i * rule.vocabularySize() + id;
        weight[n++] = bags[i].weight();
      }
    }
    return new Bags(index, weight);
  }

  private static long[] filled(int size, long value) {
    long[] values = new long[size];
    Arrays.fill(values, value);
    return values;
  }
}
