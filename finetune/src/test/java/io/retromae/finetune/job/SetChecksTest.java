package io.retromae.finetune.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.finetune.data.DataSet;
import io.retromae.training.attempt.RunIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused or told of data sets before Spark starts. */
class SetChecksTest {
  private static final String ALONE = "data.logical_shards=1";

  @TempDir static Path folder;

  @BeforeAll
  static void start() throws IOException {
    TestPairs.write(folder, 64);
  }

  private static FinetunePlan plan(Resolved<FinetuneConfig> config) throws IOException {
    return FinetunePlan.of(new Storage(new Configuration()), config.value(), OutputMode.RESUME);
  }

  private static FinetunePlan plan(String... more) throws IOException {
    return plan(TestPairs.config(folder, "out", more));
  }

  private static String refusal(String... more) {
    return assertThrows(ConfigException.class, () -> plan(more)).getMessage();
  }

  /** A file of lines with another query and positive each. */
  private static String file(String name, int lines, String fields) throws IOException {
    List<String> all =
        IntStream.range(0, lines)
            .mapToObj(
                i ->
                    "{\"query\": \"t%d\", \"pos\": [\"t%d t5\"]%s}".formatted(i + 5, i + 5, fields))
            .toList();
    return Files.write(folder.resolve(name), all).toString();
  }

  @Test
  void onlyWhatIsListedMayChangeBetweenTwoStarts() {
    Resolved<FinetuneConfig> config = TestPairs.config(folder, "out");
    Map<String, String> identity =
        RunIdentity.of(config, FinetuneJob.EFFECTS, "data", Optional.empty());
    Set<String> free =
        Set.of("data.train", "data.corpus", "data.tokens_per_chunk", "data.prefetch_batches");

    for (var setting : config.settings()) {
      if (setting.path().startsWith("data.")) {
        boolean counts = !free.contains(setting.path());
        assertEquals(counts, identity.containsKey(setting.path()), setting.path());
      }
    }
    assertTrue(identity.containsKey("data.train_group_size"));
    assertFalse(identity.containsKey("checkpoint.save_steps"));
  }

  @Test
  void tooFewPassagesToDrawFromAreSaidBeforeTraining() throws IOException {
    String few = file("few.jsonl", 4, "");

    String refusal =
        refusal("data.train=[" + few + "]", "data.global_batch_size=4", "data.train_group_size=6");

    assertTrue(refusal.contains("data set few: line 1 has no negative"), refusal);
    plan("data.train=[" + few + "]", "data.global_batch_size=4", "data.train_group_size=4");
  }

  @Test
  void aLossThatIsAlwaysZeroIsRefused() throws IOException {
    String one = "data.train_group_size=1";

    assertTrue(refusal(one, "objective.negatives=own").contains("always 0"));
    String perShard = refusal(one, "objective.negatives=shard", "data.global_batch_size=4");
    assertTrue(perShard.contains("data set pairs: "), perShard);
    assertTrue(perShard.contains("always 0"), perShard);
    assertTrue(
        refusal(one, ALONE, "cluster.workers=1", "data.global_batch_size=1").contains("always 0"));
    plan(one, "objective.negatives=shard");
    plan(one, "objective.negatives=global", "data.global_batch_size=4");

    String own = file("own_no_in_batch_neg.jsonl", 32, "");
    assertTrue(
        refusal(one, "data.train=[" + own + "]", "data.batches=same_dataset")
            .contains("data set own_no_in_batch_neg: "));
  }

  @Test
  void dataSetsThatFillNoBatchAreNamedAndNotCounted() throws IOException {
    String small = file("small.jsonl", 3, "");
    Resolved<FinetuneConfig> config =
        TestPairs.config(
            folder,
            "out",
            "data.train=[" + folder.resolve("pairs.jsonl") + ", " + small + "]",
            "data.batches=same_dataset");
    FinetunePlan plan = plan(config);

    String warnings = plan.warnings(config.value()).toString();
    assertTrue(
        warnings.contains("data set small: 3 lines give no batch of 16 queries: not trained on"),
        warnings);
    assertEquals(
        List.of("pairs"),
        new SetChecks(config.value())
            .read(plan.pairs().sets()).stream().map(DataSet::name).toList());
  }

  @Test
  void aDataSetsOwnSizesAreBoundedShownAndPlannedFor() throws IOException {
    String same = "data.batches=same_dataset";
    String huge = file("huge.jsonl", 64, ", \"batch_size\": 16, \"train_group_size\": 100000");
    String large = file("large.jsonl", 64, ", \"batch_size\": 32, \"train_group_size\": 9");

    String refusal = refusal("data.train=[" + huge + "]", same);
    Resolved<FinetuneConfig> config =
        TestPairs.config(folder, "out", "data.train=[" + large + "]", same);
    FinetunePlan plan = plan(config);

    assertTrue(refusal.contains("data set huge: its batches are 16 queries x 100,000"), refusal);
    String told = plan.describe(config.value()).toString();
    assertTrue(told.contains("large: 64 lines, 32 queries x 9 passages"), told);
    assertTrue(
        plan.cost(config.value()).toString().contains("320 vectors"),
        "" + plan.cost(config.value()));
  }
}
