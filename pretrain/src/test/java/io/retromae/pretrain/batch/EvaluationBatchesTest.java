package io.retromae.pretrain.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.embed.probe.ProbeSettings;
import io.retromae.pretrain.config.EvaluationSettings;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.retromae.BatchArrays;
import io.retromae.pretrain.retromae.BatchBuilder;
import io.retromae.pretrain.retromae.BatchRule;
import io.retromae.training.bert.Pooling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationBatchesTest {
  private static final int SHARDS = 4;
  private static final int SAMPLES = 50;

  @TempDir Path folder;

  @BeforeEach
  void writeCorpus() throws IOException {
    NumberedShards.write(folder.resolve("corpus"), SHARDS, SAMPLES, 200);
  }

  private PretrainConfig config(String... more) {
    return NumberedShards.config(folder, 2, more);
  }

  private EvaluationBatches<BatchArrays> open(String... more) {
    return open(config(more));
  }

  private EvaluationBatches<BatchArrays> open(PretrainConfig config) {
    Vocabulary vocabulary = Vocabulary.load(NumberedShards.STORAGE, config.corpus());
    return EvaluationBatches.open(
        NumberedShards.STORAGE,
        config,
        ShardManifest.open(NumberedShards.STORAGE, config.corpus()),
        vocabulary,
        NumberedShards.maker(config, vocabulary));
  }

  private static final ProbeSettings NO_PROBE =
      new ProbeSettings(List.of(), Optional.empty(), Pooling.CLS, 64, 128, 1_000, 10_000);

  private static String refusal(Runnable action) {
    return assertThrows(ConfigException.class, action::run).getMessage();
  }

  @Test
  void withoutSettingsNothingIsEvaluated() throws IOException {
    EvaluationSettings settings = config().evaluation();

    assertEquals(
        new EvaluationSettings(
            0, Optional.empty(), Optional.empty(), 4096, Optional.empty(), NO_PROBE),
        settings);
    try (EvaluationBatches<BatchArrays> batches = open()) {
      assertEquals(0, batches.count());
    }
  }

  @Test
  void everyKeyIsRead() {
    EvaluationSettings settings =
        config(
                "evaluation.corpus=other",
                "evaluation.eval_steps=7",
                "evaluation.max_samples=9",
                "evaluation.per_device_eval_batch_size=11")
            .evaluation();

    assertEquals(
        new EvaluationSettings(
            0, Optional.of("other"), Optional.of(7), 9, Optional.of(11), NO_PROBE),
        settings);
    assertEquals(2, config("evaluation.holdout_shards=2").evaluation().holdoutShards());
  }

  @Test
  void everyKeyOfTheProbeIsRead() {
    EvaluationSettings settings =
        config(
                "evaluation.eval_steps=7",
                "evaluation.probe.tasks=[{name: a, path: b, split: dev, query_instruction: 'q: '}]",
                "evaluation.probe.pooling=mean",
                "evaluation.probe.query_max_length=9",
                "evaluation.probe.passage_max_length=10",
                "evaluation.probe.max_queries=11",
                "evaluation.probe.max_documents=12")
            .evaluation();

    assertEquals(
        new ProbeSettings(
            List.of(new ProbeSettings.ProbeTask("a", "b", "dev", "q: ")),
            Optional.empty(),
            Pooling.MEAN,
            9,
            10,
            11,
            12),
        settings.probe());
    assertEquals(Optional.of(7), settings.probeSteps());
    assertEquals(Optional.of(3), config("evaluation.probe.steps=3").evaluation().probeSteps());
  }

  @Test
  void heldOutShardsAreEvaluatedOnceAndNeverTrainedOn() throws IOException {
    PretrainConfig config = config("evaluation.holdout_shards=1");
    List<Integer> evaluated = new ArrayList<>();
    try (EvaluationBatches<BatchArrays> batches = open(config)) {
      for (int i = 0; i < batches.count(); i++) {
        evaluated.addAll(NumberedShards.samplesOf(batches.batch(i)));
      }
    }
    Set<Integer> trained = trainedOn(config);

    int first = (SHARDS - 1) * SAMPLES;
    List<Integer> held = new ArrayList<>();
    for (int i = first; i < SHARDS * SAMPLES; i++) {
      held.add(i);
    }
    assertEquals(held, evaluated);
    assertTrue(trained.size() > first / 2, "most of the rest is trained on");
    assertTrue(trained.stream().allMatch(sample -> sample < first), trained.toString());
  }

  private Set<Integer> trainedOn(PretrainConfig config) throws IOException {
    long steps = TrainingCorpus.open(NumberedShards.STORAGE, config).plan(0).stepsPerEpoch();
    Vocabulary vocabulary = Vocabulary.load(NumberedShards.STORAGE, config.corpus());
    Set<Integer> samples = new HashSet<>();
    try (CorpusBatches<BatchArrays> batches =
        CorpusBatches.open(
            NumberedShards.STORAGE,
            config,
            NumberedShards.maker(config, vocabulary),
            List.of(steps))) {
      for (long step = 0; step < steps; step++) {
        for (int shard = 0; shard < 2; shard++) {
          samples.addAll(NumberedShards.samplesOf(batches.next(shard, step, 0)));
        }
      }
    }
    return samples;
  }

  @Test
  void everyEvaluationHasTheSameRowsAndMasksInWhateverOrder() throws IOException {
    try (EvaluationBatches<BatchArrays> one = open("evaluation.holdout_shards=2");
        EvaluationBatches<BatchArrays> two = open("evaluation.holdout_shards=2")) {
      for (int i = one.count() - 1; i >= 0; i--) {
        two.batch(i);
      }
      for (int i = 0; i < one.count(); i++) {
        BatchArrays want = one.batch(i);
        BatchArrays got = two.batch(i);

        assertArrayEquals(want.encoderInputIds(), got.encoderInputIds());
        assertArrayEquals(want.encoderLabels(), got.encoderLabels());
        assertArrayEquals(want.visibleBits(), got.visibleBits());
      }
    }
  }

  @Test
  void masksDifferFromThoseOfTraining() {
    BatchBuilder builder =
        new BatchBuilder(
            BatchRule.of(
                config(),
                TokenTable.of(Vocabulary.load(NumberedShards.STORAGE, config().corpus()))));
    int[] ids = new int[12];
    Arrays.fill(ids, 9);
    List<SampleRow> rows = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      rows.add(new SampleRow(i, 0, ids));
    }
    BatchArrays evaluation = builder.build(rows, -1);
    for (int epoch = 0; epoch < 20; epoch++) {
      BatchArrays training = builder.build(rows, epoch);

      assertFalse(Arrays.equals(evaluation.encoderLabels(), training.encoderLabels()));
      assertFalse(Arrays.equals(evaluation.visibleBits(), training.visibleBits()));
    }
  }

  @Test
  void aLimitCutsTheLastBatch() throws IOException {
    try (EvaluationBatches<BatchArrays> batches =
        open(
            "evaluation.holdout_shards=3",
            "evaluation.max_samples=70",
            "evaluation.per_device_eval_batch_size=32")) {
      assertEquals(3, batches.count());
      assertEquals(70, batches.samples());
      assertEquals(32, batches.batch(1).rows());
      assertEquals(6, batches.batch(2).rows());
      assertThrows(IllegalArgumentException.class, () -> batches.batch(3));
    }
  }

  @Test
  void anotherCorpusIsEvaluatedInPlaceOfHeldOutShards() throws IOException {
    NumberedShards.write(folder.resolve("other"), 1, 10, 200);
    try (EvaluationBatches<BatchArrays> batches =
        open("evaluation.corpus=" + folder.resolve("other"))) {
      assertEquals(10, batches.samples());
      assertEquals(List.of(0, 1, 2, 3), NumberedShards.samplesOf(batches.batch(0)));
    }
  }

  @Test
  void aCorpusOfAnotherVocabularyIsRefused() throws IOException {
    NumberedShards.write(folder.resolve("other"), 1, 10, 250);

    String message = refusal(() -> open("evaluation.corpus=" + folder.resolve("other")));

    assertTrue(message.contains("evaluation.corpus") && message.contains("250"), message);
  }

  @Test
  void theCorpusTrainedOnIsRefused() {
    String message = refusal(() -> open("evaluation.corpus=" + folder.resolve("corpus")));

    assertTrue(message.contains("evaluation.holdout_shards"), message);
  }

  @Test
  void holdingOutEverythingIsRefused() {
    String message = refusal(() -> open("evaluation.holdout_shards=" + SHARDS));

    assertTrue(message.contains("evaluation.holdout_shards = 4"), message);
    assertTrue(message.contains("has 4 shards"), message);
  }

  @Test
  void bothKindsAtOnceAndStepsWithoutAnythingAreRefused() {
    String both = refusal(() -> config("evaluation.holdout_shards=1", "evaluation.corpus=x"));
    String steps = refusal(() -> config("evaluation.eval_steps=5"));

    assertTrue(both.contains("evaluation.holdout_shards = 1"), both);
    assertTrue(steps.contains("evaluation.eval_steps = 5"), steps);
  }
}
