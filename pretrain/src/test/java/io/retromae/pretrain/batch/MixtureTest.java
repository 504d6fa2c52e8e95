package io.retromae.pretrain.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.shard.MixtureSource;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.config.DataSettings;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.retromae.BatchArrays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sample i is of source i mod 4; the weights are 1, 3, 0.5 and 2.25. */
class MixtureTest {
  private static final List<String> NAMES = List.of("once", "thrice", "half", "more (en)");
  private static final double[] WEIGHTS = {1, 3, 0.5, 2.25};
  private static final int SHARDS = 3;
  private static final int SAMPLES = 400;

  @TempDir static Path folder;

  @BeforeAll
  static void writeCorpus() throws IOException {
    List<MixtureSource> sources = new ArrayList<>();
    for (int i = 0; i < NAMES.size(); i++) {
      sources.add(new MixtureSource(NAMES.get(i), 1, SHARDS * SAMPLES / 4, 1, WEIGHTS[i]));
    }
    NumberedShards.write(folder.resolve("corpus"), SHARDS, SAMPLES, 200, sources);
  }

  private static PretrainConfig config(String... more) {
    return NumberedShards.config(folder, 1, more);
  }

  private static TrainingCorpus corpus(String... more) {
    return TrainingCorpus.open(NumberedShards.STORAGE, config(more));
  }

  private static CorpusBatches<BatchArrays> batches(PretrainConfig config, List<Long> epochEnds) {
    Vocabulary vocabulary = Vocabulary.load(NumberedShards.STORAGE, config.corpus());
    return CorpusBatches.open(
        NumberedShards.STORAGE, config, NumberedShards.maker(config, vocabulary), epochEnds);
  }

  /** How often an epoch of one logical shard reads each sample, by its plan. */
  private static int[] reads(TrainingCorpus corpus, int epoch) {
    SamplePlan plan = corpus.plan(epoch);
    int[] reads = new int[SHARDS * SAMPLES];
    for (int window = 0; window < plan.windows(0); window++) {
      for (SamplePlan.SampleRef ref : plan.order(0, window)) {
        assertTrue(ref.repeat() < 3, ref.toString());
        reads[(int) ref.sample()]++;
      }
    }
    assertEquals(plan.reads(), Arrays.stream(reads).sum());
    return reads;
  }

  @Test
  void manifestsWeightsAreTheDefault() {
    DataSettings data = config().data();

    assertEquals(DataSettings.MixtureWeights.MANIFEST, data.mixtureWeights());
    assertEquals(Map.of(), data.sourceWeights());
    assertFalse(data.groupByLength());
    assertEquals(4, data.prefetchBatches());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void everySampleIsReadAsOftenAsItsWeightOrOnceMore(int epoch) throws IOException {
    try (TrainingCorpus corpus = corpus()) {
      int[] reads = reads(corpus, epoch);
      int[] sums = new int[4];
      for (int sample = 0; sample < reads.length; sample++) {
        double weight = WEIGHTS[sample % 4];
        sums[sample % 4] += reads[sample];
        assertTrue(
            reads[sample] >= Math.floor(weight) && reads[sample] <= Math.ceil(weight),
            sample + ": " + reads[sample]);
      }
      int each = SHARDS * SAMPLES / 4;
      int rowGroups = corpus.extent().rowGroups();
      assertEquals(each, sums[0]);
      assertEquals(3 * each, sums[1]);
      // each row group is within 1 of its expectation, with standard deviation at most 1/2
      assertEquals(0.5 * each, sums[2], 2.5 * Math.sqrt(rowGroups));
      assertEquals(2.25 * each, sums[3], 2.5 * Math.sqrt(rowGroups));
    }
  }

  @Test
  void everySampleHasItsProbability() {
    int epochs = 10_000;
    int rows = 30;
    RowGroupSource alternating = new Alternating(rows);
    Mixture mixture =
        new WeightedMixture(
            alternating, List.of(List.of(rows)), new SourceWeights(Map.of("a", 0.3, "b", 1.75)), 9);
    int[] sums = new int[rows];
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] reads = mixture.readsOfEach(0, epoch);
      assertEquals(mixture.reads(0, epoch), Arrays.stream(reads).sum());
      for (int row = 0; row < rows; row++) {
        sums[row] += reads[row];
      }
    }
    for (int row = 0; row < rows; row++) {
      double weight = row % 2 == 0 ? 0.3 : 1.75;
      double p = weight - Math.floor(weight);
      double error = 4.5 * Math.sqrt(p * (1 - p) * epochs);
      assertEquals(weight * epochs, sums[row], error, "row " + row);
    }
  }

  /** One row group whose samples are of sources a and b in turn. */
  private record Alternating(int rows) implements RowGroupSource {
    @Override
    public int[][] read(int rowGroup) {
      throw new AssertionError("sources suffice");
    }

    @Override
    public String[] sources(int rowGroup) {
      return IntStream.range(0, rows).mapToObj(i -> i % 2 == 0 ? "a" : "b").toArray(String[]::new);
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  @Test
  void whatTheBatchesHoldIsWhatThePlanSays() throws IOException {
    PretrainConfig config = config("data.logical_shards=2");
    SamplePlan plan = TrainingCorpus.open(NumberedShards.STORAGE, config).plan(0);
    long steps = plan.stepsPerEpoch();
    int[] reads = new int[SHARDS * SAMPLES];
    try (CorpusBatches<BatchArrays> batches = batches(config, List.of(steps))) {
      for (long step = 0; step < steps; step++) {
        for (int shard = 0; shard < 2; shard++) {
          NumberedShards.samplesOf(batches.next(shard, step, 0)).forEach(s -> reads[s]++);
        }
      }
    }
    assertEquals(plan.reads(), Arrays.stream(reads).sum() + plan.leftOver());
    for (int sample = 0; sample < reads.length; sample++) {
      assertTrue(reads[sample] <= Math.ceil(WEIGHTS[sample % 4]), "sample " + sample);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 30, 150, 290, 420})
  void startingInTheMiddleGivesTheSameBatches(long start) throws IOException {
    PretrainConfig config = config("data.logical_shards=2");
    List<Long> ends = new ArrayList<>();
    try (TrainingCorpus corpus = TrainingCorpus.open(NumberedShards.STORAGE, config)) {
      ends.add(corpus.plan(0).stepsPerEpoch());
      ends.add(ends.get(0) + corpus.plan(1).stepsPerEpoch());
    }
    assertTrue(start < ends.get(1), ends.toString());
    try (CorpusBatches<BatchArrays> whole = batches(config, ends);
        CorpusBatches<BatchArrays> resumed = batches(config, ends)) {
      for (long step = 0; step < ends.get(1); step++) {
        BatchArrays want = whole.next(1, step, 0); // alone: shard 0 belongs to another worker
        if (step >= start) {
          resumed.next(0, step, 0);
          BatchArrays got = resumed.next(1, step, 0);
          assertArrayEquals(want.encoderInputIds(), got.encoderInputIds());
          assertArrayEquals(want.visibleBits(), got.visibleBits());
        }
      }
    }
  }

  @Test
  void repeatsOfASampleHaveOtherMasks() throws IOException {
    PretrainConfig config = config("data.per_device_train_batch_size=1");
    long steps = TrainingCorpus.open(NumberedShards.STORAGE, config).plan(0).stepsPerEpoch();
    Map<Integer, List<byte[]>> masks = new HashMap<>();
    try (CorpusBatches<BatchArrays> batches = batches(config, List.of(steps))) {
      for (long step = 0; step < steps; step++) {
        BatchArrays batch = batches.next(0, step, 0);
        int sample = NumberedShards.samplesOf(batch).get(0);
        masks.computeIfAbsent(sample, s -> new ArrayList<>()).add(batch.visibleBits());
      }
    }
    long repeated = masks.values().stream().filter(list -> list.size() > 1).count();
    long equal =
        masks.values().stream()
            .filter(list -> list.size() > 1 && Arrays.equals(list.get(0), list.get(1)))
            .count();
    assertTrue(repeated > SHARDS * SAMPLES / 4, repeated + " samples are repeated");
    assertEquals(0, equal);
  }

  @Test
  void repeatsAreNotNeighbours() throws IOException {
    try (TrainingCorpus corpus = corpus()) {
      SamplePlan.SampleRef[] order = corpus.plan(0).order(0, 0);
      long neighbours =
          IntStream.range(1, order.length)
              .filter(i -> order[i].sample() == order[i - 1].sample())
              .count();

      assertTrue(neighbours < order.length / 20, neighbours + " of " + order.length);
    }
  }

  @Test
  void epochsReadOtherSamplesOnceMore() throws IOException {
    try (TrainingCorpus corpus = corpus()) {
      assertNotEquals(Arrays.toString(reads(corpus, 0)), Arrays.toString(reads(corpus, 1)));
      assertArrayEquals(reads(corpus, 1), reads(corpus, 1));
    }
  }

  @Test
  void ignoringTheWeightsReadsEverySampleOnceAndNoSources() throws IOException {
    try (TrainingCorpus corpus = corpus("data.mixture_weights=ignore")) {
      assertTrue(Arrays.stream(reads(corpus, 0)).allMatch(n -> n == 1));
      assertTrue(corpus.extent().weights().isEmpty());
      assertTrue(corpus.mixture() instanceof EvenMixture);
    }
  }

  @Test
  void theUsersWeightsWinAndZeroLeavesASourceOut() throws IOException {
    try (TrainingCorpus corpus = corpus("data.source_weights={once: 0, \"more (en)\": 1}")) {
      int[] reads = reads(corpus, 0);

      assertEquals(Map.of("once", 0.0, "thrice", 3.0, "half", 0.5), corpus.extent().weights());
      assertTrue(IntStream.range(0, 300).allMatch(i -> reads[4 * i] == 0));
      assertTrue(IntStream.range(0, 300).allMatch(i -> reads[4 * i + 3] == 1));
    }
  }

  @Test
  void unknownSourcesAreRefusedByName() {
    String message =
        assertThrows(ConfigException.class, () -> corpus("data.source_weights={thirce: 2}"))
            .getMessage();

    assertTrue(message.contains("'thirce'") && message.contains("'thrice'"), message);
  }

  @Test
  void leavingOutEverySourceIsRefused() {
    String all = "data.source_weights={once: 0, thrice: 0, half: 0, more (en): 0}";
    String message = assertThrows(ConfigException.class, () -> corpus(all)).getMessage();

    assertTrue(message.contains("data.source_weights") && message.contains("4"), message);
  }
}
