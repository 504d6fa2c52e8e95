package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.training.worker.ShippedSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker tells of its settings and files; a path may lead to others on another host. */
class PretrainTaskTest {
  @TempDir static Path folder;

  @BeforeAll
  static void writeCorpora() throws IOException {
    TestCorpus.write(folder.resolve("corpus"), 160);
    TestCorpus.write(folder.resolve("other"), 200);
  }

  /** Storage in which {@code viewfs:///corpus} is a folder of this machine. */
  private static Storage seeing(String name) {
    Configuration configuration = new Configuration();
    String target = folder.resolve(name).toUri().toString();
    configuration.set("fs.viewfs.mounttable.default.link./corpus", target);
    configuration.set("fs.viewfs.impl.disable.cache", "true");
    return new Storage(configuration);
  }

  private static PretrainTask task(String... more) throws IOException {
    List<String> settings = new ArrayList<>(PretrainJobTest.settings(folder, "run"));
    settings.add("corpus=viewfs:///corpus");
    settings.addAll(List.of(more));
    var resolved = ConfigLoader.load(PretrainConfig.class, List.of(), settings);
    Storage storage = seeing("corpus");
    return PretrainTask.of(resolved, storage, PretrainPlan.of(storage, resolved.value()));
  }

  private static String seen(PretrainTask task, String name) throws IOException {
    try (var input = task.open(seeing(name), Optional.empty())) {
      return input.corpusFingerprint();
    }
  }

  @Test
  void aWorkerThatReadsOtherFilesHasAnotherFingerprint() throws IOException {
    PretrainTask task = task();

    assertEquals(task.view().corpus(), seen(task, "corpus"));
    assertNotEquals(task.view().corpus(), seen(task, "other"));
  }

  @Test
  void everySettingCountsButNotWhereItsFolderIs() throws IOException {
    PretrainTask task = task();
    PretrainTask elsewhere =
        new PretrainTask(
            new ShippedSettings(task.shipped().assignments(), List.of()),
            task.corpusFingerprint(),
            task.measuredOn(),
            task.epochEnds());

    assertNotEquals(task.view().settings(), task("cluster.streams=2").view().settings());
    assertEquals(task.view().settings(), elsewhere.view().settings());
  }

  private static String basisOf(String corpus, String... more) throws IOException {
    List<String> settings = new ArrayList<>(List.of(more));
    settings.add("evaluation.corpus=" + folder.resolve(corpus));
    settings.add("evaluation.eval_steps=1");
    settings.add("checkpoint.keep_best=eval/loss");
    return task(settings.toArray(String[]::new)).selection().basis();
  }

  @Test
  void whatLossesAreComparedByIsTheContentOfTheEvaluationCorpus() throws IOException {
    TestCorpus.write(folder.resolve("evaluated"), 80);
    TestCorpus.write(folder.resolve("copied"), 80);
    TestCorpus.write(folder.resolve("longer"), 120);

    String basis = basisOf("evaluated");

    assertEquals(basis, basisOf("copied"));
    assertNotEquals(basis, basisOf("longer"));
    assertEquals(basis, basisOf("evaluated", "evaluation.max_samples=4096"), "the default");
    assertNotEquals(basis, basisOf("evaluated", "evaluation.max_samples=9"));
  }

  @Test
  void theEngineGetsItsPartOfTheSettings() throws IOException {
    PretrainTask task = task("cluster.streams=2", "checkpoint.save_total_limit=5");

    assertEquals(2, task.settings().cluster().streams());
    assertEquals(5, task.settings().checkpoint().saveTotalLimit());
    assertEquals(2, task.plan(2).worldSize());
  }
}
