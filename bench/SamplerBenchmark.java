package io.retromae.pretrain.batch;

import io.retromae.pretrain.retromae.BatchBuilder;
import io.retromae.pretrain.retromae.BatchRule;
import io.retromae.core.vocab.RowFrame;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.masking.DecoderVisibility;
import io.retromae.pretrain.masking.TokenKinds;
import io.retromae.pretrain.retromae.BatchArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Times the making of a micro-batch of 32 full rows, per row: frame, encoder mask, decoder
 * visibility, labels. {@code pieces} is the share of tokens that continue a word, in percent: 20
 * stands for English, 0 for Chinese.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class SamplerBenchmark {
  private static final int ROWS = 32;
  private static final int LENGTH = 512;
  private static final int VOCABULARY = 30_000;

  @Param({"128", "256", "512"})
  int pool;

  @Param({"0", "20"})
  int pieces;

  private final List<SampleRow> rows = new ArrayList<>();
  private BatchBuilder builder;
  private int epoch;

  /** Makes the rows. */
  @Setup
  public void makeRows() {
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    int first = tokens.size();
    for (int id = first; id < VOCABULARY; id++) {
      tokens.add((id % 100 < pieces ? "##" : "") + "t" + id);
    }
    Vocabulary vocabulary = Vocabulary.of(tokens);
    builder =
        new BatchBuilder(
            new BatchRule(
                TokenKinds.of(vocabulary),
                RowFrame.of(vocabulary, LENGTH),
                VOCABULARY,
                0.3,
                new DecoderVisibility.Rule(0.5, pool),
                false,
                42));
    Random random = new Random(1);
    for (int sample = 0; sample < ROWS; sample++) {
      int[] ids = random.ints(LENGTH - 2, first, VOCABULARY).toArray();
      rows.add(new SampleRow(sample, 0, ids));
    }
  }

  /** A micro-batch of an epoch of its own. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public BatchArrays row() {
    return builder.build(rows, epoch++);
  }
}
