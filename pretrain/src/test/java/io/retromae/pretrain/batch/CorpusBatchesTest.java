package io.retromae.pretrain.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.vocab.RowFrame;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.masking.DecoderVisibility;
import io.retromae.pretrain.masking.TokenKinds;
import io.retromae.pretrain.retromae.BatchArrays;
import io.retromae.pretrain.retromae.BatchBuilder;
import io.retromae.pretrain.retromae.BatchRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusBatchesTest {
  private static final List<Integer> ROW_GROUPS = rowGroups();
  private static final SamplePlan.Shape SHAPE = new SamplePlan.Shape(4, 3, 2);

  /** 40 row groups of 5 to 14 samples. */
  private static List<Integer> rowGroups() {
    Random random = new Random(3);
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      sizes.add(5 + random.nextInt(10));
    }
    return sizes;
  }

  private static Vocabulary vocabulary() {
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    for (int i = 5; i < 5_000; i++) {
      tokens.add((i % 4 == 0 ? "##" : "") + "t" + i);
    }
    return Vocabulary.of(tokens);
  }

  /** Each sample's first token tells which it is. */
  private static final class Numbered implements RowGroupSource {
    @Override
    public int[][] read(int rowGroup) {
      int first = ROW_GROUPS.subList(0, rowGroup).stream().mapToInt(Integer::intValue).sum();
      int[][] rows = new int[ROW_GROUPS.get(rowGroup)][];
      for (int i = 0; i < rows.length; i++) {
        int sample = first + i;
        rows[i] = new int[4 + sample % 7];
        Arrays.fill(rows[i], 10 + sample);
      }
      return rows;
    }

    @Override
    public String[] sources(int rowGroup) {
      throw new AssertionError("nobody needs to know");
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  private static CorpusBatches<BatchArrays> batches(long... epochEnds) {
    return batches(false, epochEnds);
  }

  private static CorpusBatches<BatchArrays> batches(boolean groupByLength, long... epochEnds) {
    Vocabulary vocabulary = vocabulary();
    BatchRule rule =
        new BatchRule(
            TokenKinds.of(vocabulary),
            RowFrame.of(vocabulary, 16),
            vocabulary.size(),
            0.3,
            new DecoderVisibility.Rule(0.5, 8),
            true,
            7);
    List<Long> ends = Arrays.stream(epochEnds).boxed().toList();
    return CorpusBatches.of(
        new Numbered(),
        new BatchBuilder(rule),
        new CorpusBatches.Course(EvenMixture.of(ROW_GROUPS), SHAPE, ends, groupByLength, 16, 7));
  }

  private static SamplePlan plan(int epoch) {
    return SamplePlan.of(EvenMixture.of(ROW_GROUPS), 7, epoch, SHAPE);
  }

  private static List<Long> samplesOf(BatchArrays batch) {
    List<Long> samples = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      samples.add(batch.decoderInputIds()[row * batch.length() + 1] - 10);
    }
    return samples;
  }

  @Test
  void anEpochReadsNoSampleTwiceAndCountsTheRest() throws IOException {
    SamplePlan plan = plan(0);
    long steps = plan.stepsPerEpoch();
    Set<Long> seen = new HashSet<>();
    try (CorpusBatches<BatchArrays> batches = batches(steps)) {
      for (long step = 0; step < steps; step++) {
        for (int shard = 0; shard < 4; shard++) {
          for (int k = 0; k < 2; k++) {
            for (long sample : samplesOf(batches.next(shard, step, k))) {
              assertTrue(seen.add(sample), "sample " + sample + " twice");
            }
          }
        }
      }
    }
    int total = ROW_GROUPS.stream().mapToInt(Integer::intValue).sum();
    assertEquals(total, seen.size() + plan.leftOver());
    assertTrue(steps > 8, "the test reads several windows");
  }

  @Test
  void epochsDifferInOrder() throws IOException {
    long first = plan(0).stepsPerEpoch();
    try (CorpusBatches<BatchArrays> batches = batches(first, first + plan(1).stepsPerEpoch())) {
      List<Long> before = samplesOf(batches.next(0, 0, 0));
      List<Long> after = samplesOf(batches.next(0, first, 0));

      assertNotEquals(before, after);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 3, 7, 9, 12, 16})
  void startingAnywhereGivesTheSameBatches(long start) throws IOException {
    long first = plan(0).stepsPerEpoch();
    long end = first + plan(1).stepsPerEpoch();
    try (CorpusBatches<BatchArrays> whole = batches(first, end);
        CorpusBatches<BatchArrays> resumed = batches(first, end)) {
      for (long step = 0; step < end; step++) {
        for (int shard = 0; shard < 4; shard++) {
          for (int k = 0; k < 2; k++) {
            BatchArrays want = whole.next(shard, step, k);
            if (step >= start) {
              assertSame(want, resumed.next(shard, step, k));
            }
          }
        }
      }
    }
  }

  @Test
  void aShardReadAloneGivesWhatItGivesBesideOthers() throws IOException {
    long steps = plan(0).stepsPerEpoch();
    try (CorpusBatches<BatchArrays> all = batches(steps);
        CorpusBatches<BatchArrays> alone = batches(steps)) {
      for (long step = 0; step < steps; step++) {
        for (int shard = 0; shard < 4; shard++) {
          BatchArrays want = all.next(shard, step, 0);
          all.next(shard, step, 1);
          if (shard == 2) {
            assertSame(want, alone.next(2, step, 0));
            alone.next(2, step, 1);
          }
        }
      }
    }
  }

  private static void assertSame(BatchArrays want, BatchArrays got) {
    assertArrayEquals(want.encoderInputIds(), got.encoderInputIds());
    assertArrayEquals(want.encoderLabels(), got.encoderLabels());
    assertArrayEquals(want.decoderInputIds(), got.decoderInputIds());
    assertArrayEquals(want.visibleBits(), got.visibleBits());
    assertArrayEquals(want.bowIndex(), got.bowIndex());
  }

  @Test
  void groupingByLengthKeepsTheSamplesOfAStepAndSortsThem() throws IOException {
    long steps = plan(0).stepsPerEpoch();
    long plainCells = 0;
    long groupedCells = 0;
    try (CorpusBatches<BatchArrays> plain = batches(steps);
        CorpusBatches<BatchArrays> grouped = batches(true, steps)) {
      for (long step = 0; step < steps; step++) {
        List<Long> want = new ArrayList<>();
        List<Long> got = new ArrayList<>();
        List<Long> lengths = new ArrayList<>();
        for (int k = 0; k < 2; k++) {
          BatchArrays one = plain.next(1, step, k);
          BatchArrays two = grouped.next(1, step, k);
          want.addAll(samplesOf(one));
          got.addAll(samplesOf(two));
          Arrays.stream(two.lengths()).forEach(lengths::add);
          plainCells += one.decoderInputIds().length;
          groupedCells += two.decoderInputIds().length;
        }
        want.sort(Comparator.comparingLong(sample -> -(sample % 7))); // its length, stable

        assertEquals(want, got);
        assertEquals(lengths.stream().sorted(Comparator.reverseOrder()).toList(), lengths);
      }
    }
    assertTrue(groupedCells < plainCells, groupedCells + " of " + plainCells);
  }

  @Test
  void groupedBatchesAreTheSameInWhateverOrderTheyAreAskedFor() throws IOException {
    try (CorpusBatches<BatchArrays> one = batches(true, plan(0).stepsPerEpoch());
        CorpusBatches<BatchArrays> two = batches(true, plan(0).stepsPerEpoch())) {
      BatchArrays second = one.next(0, 3, 1);
      BatchArrays first = one.next(0, 3, 0);

      assertSame(first, two.next(0, 3, 0));
      assertSame(second, two.next(0, 3, 1));
    }
  }

  @Test
  void longRowsAreCutAndShortOnesPadded() throws IOException {
    try (CorpusBatches<BatchArrays> batches = batches(plan(0).stepsPerEpoch())) {
      BatchArrays batch = batches.next(0, 0, 0);

      long longest = Arrays.stream(batch.lengths()).max().orElseThrow();
      assertEquals(longest, batch.length());
      for (int row = 0; row < batch.rows(); row++) {
        long end = batch.lengths()[row];
        assertEquals(2, batch.encoderInputIds()[row * batch.length()], "[CLS]");
        assertEquals(3, batch.decoderInputIds()[(int) (row * batch.length() + end - 1)], "[SEP]");
        for (long i = end; i < batch.length(); i++) {
          assertEquals(0, batch.encoderInputIds()[(int) (row * batch.length() + i)]);
          assertEquals(-100, batch.encoderLabels()[(int) (row * batch.length() + i)]);
        }
      }
    }
  }
}
