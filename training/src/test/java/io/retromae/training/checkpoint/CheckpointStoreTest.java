package io.retromae.training.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.checkpoint.CheckpointStore.Check;
import io.retromae.training.collective.Parts;
import io.retromae.training.loop.EvaluationReport;
import io.retromae.training.loop.EvaluationSums;
import io.retromae.training.loop.LossWindow;
import io.retromae.training.loop.MeanLosses;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.measure.Figures;
import io.retromae.training.measure.Selection;
import io.retromae.training.memory.HostVector;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointStoreTest {
  /** The table of words is larger than a part, so that parts begin and end within it. */
  private static final ParameterLayout LAYOUT =
      ParameterLayout.withDecoder(
          new BertShape(500, 4, 1, 1, 8, 8, 2, 1e-12, 0, 0, 0.02, 0), "c_head");

  @TempDir Path run;
  private CheckpointStore store;

  @BeforeEach
  void open() {
    store = new CheckpointStore(new Storage(new Configuration()), run.toString());
  }

  private static TrainingState state(long step) {
    return new TrainingState(
        step,
        step - 1,
        1,
        9,
        losses(),
        new LossWindow(3, 4, 0.5, true),
        new EvaluationReport(step, evaluated()),
        Figures.NONE,
        Selection.NONE);
  }

  private static MeanLosses losses() {
    Map<String, Double> terms = new LinkedHashMap<>();
    terms.put("encoder", 2.0);
    terms.put("decoder", 2.0);
    terms.put("bow", 0.0);
    return new MeanLosses(4, terms);
  }

  private static EvaluationSums evaluated() {
    Map<String, EvaluationSums.Sum> terms = new LinkedHashMap<>();
    terms.put("encoder", new EvaluationSums.Sum(1, 2, OptionalLong.of(3)));
    terms.put("decoder", new EvaluationSums.Sum(4, 5, OptionalLong.of(6)));
    terms.put("bow", new EvaluationSums.Sum(7, 8));
    return new EvaluationSums(terms, 8);
  }

  private static TrainingVectors vectors(float value) {
    return TrainingVectors.whole(filled(value), filled(value + 0.25f), filled(value + 0.5f));
  }

  /** Values of the layout; its gaps are not saved and stay zero. */
  private static HostVector filled(float value) {
    HostVector vector = HostVector.allocate(LAYOUT.size());
    for (ParameterLayout.Parameter parameter : LAYOUT.parameters()) {
      FloatBuffer values = vector.slice(parameter.offset(), parameter.size()).asFloatBuffer();
      for (int i = 0; i < values.capacity(); i++) {
        values.put(i, value + 1000 * (parameter.offset() + i));
      }
    }
    return vector;
  }

  private void save(long step, long attempt) throws IOException {
    save(state(step), attempt, 1);
  }

  /** Moments in so many parts. */
  private void save(TrainingState state, long attempt, int writers) throws IOException {
    store.commit(state, attempt, files(state, attempt, writers), 2);
  }

  private List<FileEntry> files(TrainingState state, long attempt, int writers) throws IOException {
    List<FileEntry> files = new ArrayList<>();
    TrainingVectors all = vectors(state.step());
    for (int rank = 0; rank < writers; rank++) {
      Parts.Part part = Parts.of(LAYOUT.size(), rank, writers);
      TrainingVectors own =
          new TrainingVectors(
              all.parameters(),
              all.firstMoment().part(part.from(), part.size()),
              all.secondMoment().part(part.from(), part.size()),
              part.from());
      files.addAll(
          store.write(
              Manifest.name(state.step(), attempt),
              CheckpointFiles.of(new Share(rank, writers), LAYOUT, own),
              rank == 0 ? Map.of("config.json", new byte[] {7}) : Map.of()));
    }
    return files;
  }

  private static void assertHolds(TrainingVectors want, TrainingVectors got) {
    assertEquals(want.parameters().whole(), got.parameters().whole());
    assertEquals(want.firstMoment().whole(), got.firstMoment().whole());
    assertEquals(want.secondMoment().whole(), got.secondMoment().whole());
  }

  private static TrainingVectors room(ParameterLayout layout, Parts.Part moments) {
    return new TrainingVectors(
        HostVector.allocate(layout.size()),
        HostVector.allocate(moments.size()),
        HostVector.allocate(moments.size()),
        moments.from());
  }

  private static TrainingVectors room() {
    return room(LAYOUT, new Parts.Part(0, LAYOUT.size()));
  }

  private Path fileOf(long step, String name) throws IOException {
    try (var folders = Files.list(run.resolve("checkpoints"))) {
      return folders
          .filter(f -> Files.isDirectory(f))
          .filter(f -> f.getFileName().toString().startsWith("step-%08d".formatted(step)))
          .findFirst()
          .orElseThrow()
          .resolve(name);
    }
  }

  @Test
  void aFreshFolderHasNoCheckpoint() throws IOException {
    assertTrue(store.newest().isEmpty());
    assertEquals(0, store.lastAttempt());
  }

  @ParameterizedTest(name = "{0} writers")
  @ValueSource(ints = {1, 2, 3, 8})
  void theNewestIsFoundAndRestored(int writers) throws IOException {
    save(state(10), 1, 1);
    save(state(20), 1, writers);

    CheckpointRef newest = store.newest().orElseThrow();
    assertEquals(new CheckpointRef("step-00000020-1", state(20), 1), newest);
    TrainingVectors loaded = room();
    assertEquals(state(20), store.restore(newest.name(), LAYOUT, loaded));
    assertHolds(vectors(20), loaded);
    assertArrayEquals(new byte[] {7}, store.description(20, "config.json"));
  }

  @ParameterizedTest(name = "part {0} of {1} from {2} writers")
  @CsvSource({"0, 2, 1", "1, 2, 3", "2, 3, 2", "7, 8, 1", "3, 8, 5"})
  void aRankReadsItsPartOfTheMomentsWhoeverWroteIt(int rank, int world, int writers)
      throws IOException {
    save(state(20), 1, writers);
    Parts.Part part = Parts.of(LAYOUT.size(), rank, world);
    TrainingVectors own = room(LAYOUT, part);

    store.restore("step-00000020-1", LAYOUT, own);

    TrainingVectors want = vectors(20);
    assertEquals(want.parameters().whole(), own.parameters().whole());
    assertEquals(want.firstMoment().slice(part.from(), part.size()), own.firstMoment().whole());
    assertEquals(want.secondMoment().slice(part.from(), part.size()), own.secondMoment().whole());
  }

  @Test
  void filesWithNothingOfARanksPartAreNotRead() throws IOException {
    save(state(20), 1, 4);
    damage(fileOf(20, "optimizer-00004-of-00004.safetensors"));

    TrainingVectors own = room(LAYOUT, Parts.of(LAYOUT.size(), 0, 4));
    assertEquals(state(20), store.restore("step-00000020-1", LAYOUT, own));
    var refusal =
        assertThrows(
            ClusterException.class, () -> store.restore("step-00000020-1", LAYOUT, room()));
    assertTrue(refusal.getMessage().contains("optimizer-00004-of-00004.safetensors"));
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void aModelOfOtherSizesIsRefused() throws IOException {
    save(10, 1);
    ParameterLayout deeper =
        ParameterLayout.withDecoder(
            new BertShape(500, 4, 2, 1, 8, 8, 2, 1e-12, 0, 0, 0.02, 0), "c_head");
    TrainingVectors other = room(deeper, new Parts.Part(0, deeper.size()));

    var refusal =
        assertThrows(ClusterException.class, () -> store.restore("step-00000010-1", deeper, other));

    assertTrue(refusal.getMessage().contains("values are missing"), refusal.getMessage());
  }

  @Test
  void checkpointsOfVersion2AreRead() throws IOException {
    save(10, 1);
    Path folder = run.resolve("checkpoints");
    String text = Files.readString(folder.resolve("step-00000010-1.json"));
    String random = "step-00000010-1-3f0c";
    Files.writeString(
        folder.resolve("step-00000010.json"),
        text.replaceFirst("\"formatVersion\" : 3", "\"formatVersion\" : 2")
            .replace("step-00000010-1", random));
    Files.delete(folder.resolve("step-00000010-1.json"));
    Files.move(folder.resolve("step-00000010-1"), folder.resolve(random));

    CheckpointRef newest = store.newest().orElseThrow();
    TrainingVectors loaded = room();

    assertEquals(state(10), store.restore(newest.name(), LAYOUT, loaded));
    assertHolds(vectors(10), loaded);
    save(20, 2);
    save(30, 2);
    assertFalse(Files.exists(folder.resolve("step-00000010.json")), "pruned as others are");
    assertFalse(Files.exists(folder.resolve(random)));
  }

  @Test
  void lossesThatAreNoNumbersAreRestoredAsSuch() throws IOException {
    MeanLosses losses = new MeanLosses(Double.NaN, Map.of("encoder", Double.POSITIVE_INFINITY));
    TrainingState state =
        new TrainingState(
            10,
            8,
            2,
            9,
            losses,
            LossWindow.EMPTY,
            EvaluationReport.NONE,
            Figures.NONE,
            Selection.NONE);

    save(state, 1, 1);

    assertEquals(state, store.newest().orElseThrow().state());
  }

  @Test
  void onlyTheNewestAreKept() throws IOException {
    for (long step : List.of(10L, 20L, 30L, 40L)) {
      save(step, 1);
    }

    try (var files = Files.list(run.resolve("checkpoints"))) {
      assertEquals(4, files.count(), "two manifests, two folders");
    }
    assertThrows(ConfigException.class, () -> store.weights(20));
  }

  /** A state whose best checkpoint so far is that of a step. */
  private static TrainingState choosing(long step, long bestStep) {
    TrainingState plain = state(step);
    return new TrainingState(
        step,
        plain.updates(),
        plain.skippedInARow(),
        plain.firstLoss(),
        plain.lastLosses(),
        plain.lossWindow(),
        plain.lastEvaluation(),
        Figures.NONE.with(bestStep, Map.of("eval/loss", 0.25)),
        new Selection("eval/loss", bestStep, 0.25, 0.5, 2, 7, ""));
  }

  private List<Long> stepsThere() throws IOException {
    List<Long> steps = new ArrayList<>();
    for (long step : List.of(10L, 20L, 30L, 40L, 50L)) {
      Path manifest = run.resolve("checkpoints/step-%08d-1.json".formatted(step));
      boolean files = Files.exists(run.resolve("checkpoints/step-%08d-1".formatted(step)));
      assertEquals(Files.exists(manifest), files, "manifest and files of step " + step);
      if (files) {
        steps.add(step);
      }
    }
    return steps;
  }

  @Test
  void theBestIsKeptBesidesTheNewest() throws IOException {
    save(choosing(10, 10), 1, 1);
    save(choosing(20, 20), 1, 1);
    save(choosing(30, 20), 1, 1);
    save(choosing(40, 20), 1, 1);
    save(choosing(50, 20), 1, 1);

    assertEquals(List.of(20L, 40L, 50L), stepsThere());
    assertEquals(50, store.newest().orElseThrow().state().step(), "resuming takes the newest");
    assertEquals(choosing(20, 20), store.weights(20).state());
  }

  @Test
  void ofTheBestStepOnlyTheCopyThatIsReadIsKept() throws IOException {
    save(choosing(20, 20), 1, 1);
    damage(fileOf(20, "optimizer.safetensors"));
    save(choosing(20, 20), 2, 1);
    save(choosing(30, 20), 2, 1);
    save(choosing(40, 20), 2, 1);

    assertFalse(Files.exists(run.resolve("checkpoints/step-00000020-1.json")));
    assertTrue(store.isWhole(20));
  }

  @Test
  void aBestThatIsGoneOrDamagedIsNotWhole() throws IOException {
    save(choosing(20, 20), 1, 1);
    damage(fileOf(20, "model.safetensors"));

    assertFalse(store.isWhole(20));
    assertFalse(store.isWhole(30));
  }

  @Test
  void onlyAMeasuredStateNeedsTheNewVersion() throws IOException {
    save(choosing(10, 10), 1, 1);
    save(20, 1);

    Path folder = run.resolve("checkpoints");
    assertTrue(
        Files.readString(folder.resolve("step-00000010-1.json")).contains("\"formatVersion\" : 4"));
    assertTrue(
        Files.readString(folder.resolve("step-00000020-1.json")).contains("\"formatVersion\" : 3"));
  }

  @Test
  void aBestThatIsOneNoMoreGoesAsOthersDo() throws IOException {
    save(choosing(10, 10), 1, 1);
    save(choosing(20, 10), 1, 1);
    save(choosing(30, 10), 1, 1);
    save(choosing(40, 40), 1, 1);

    assertEquals(List.of(30L, 40L), stepsThere());
  }

  @Test
  void aCheckpointOfABuildWithoutFiguresIsRead() throws IOException {
    save(choosing(10, 10), 1, 1);
    Path manifest = run.resolve("checkpoints/step-00000010-1.json");
    ObjectMapper json = new ObjectMapper();
    ObjectNode tree = (ObjectNode) json.readTree(manifest.toFile());
    ((ObjectNode) tree.get("state")).remove(List.of("figures", "selection"));
    Files.writeString(manifest, json.writeValueAsString(tree));

    assertEquals(state(10), store.newest().orElseThrow().state());
  }

  @Test
  void aDamagedCheckpointGivesWayToTheOneBefore() throws IOException {
    save(10, 1);
    save(20, 1);
    damage(fileOf(20, "optimizer.safetensors"));

    assertEquals(10, store.newest().orElseThrow().state().step());
    var refusal =
        assertThrows(
            ClusterException.class, () -> store.restore("step-00000020-1", LAYOUT, room()));
    assertTrue(refusal.getMessage().contains("optimizer.safetensors: SHA-256 differs"));
  }

  @Test
  void whatWasSavedInThePlaceOfADamagedOneIsNotPrunedForIt() throws IOException {
    save(10, 1);
    save(40, 1);
    damage(fileOf(40, "optimizer.safetensors"));

    store.commit(state(20), 2, files(state(20), 2, 1), 1);

    assertEquals("step-00000020-2", store.newest().orElseThrow().name());
    assertFalse(Files.exists(run.resolve("checkpoints/step-00000040-1.json")));
    assertFalse(Files.exists(run.resolve("checkpoints/step-00000040-1")));
  }

  @Test
  void sizesAreLookedAtWithoutReadingFiles() throws IOException {
    save(10, 1);
    save(20, 1);
    damage(fileOf(20, "optimizer.safetensors"));

    assertEquals(20, store.newest(Check.SIZES).orElseThrow().state().step());
    assertEquals(10, store.newest(Check.CONTENT).orElseThrow().state().step());
    Files.write(fileOf(20, "optimizer.safetensors"), new byte[9]);
    assertEquals(10, store.newest(Check.SIZES).orElseThrow().state().step());
  }

  @Test
  void aCheckpointThatHasGoneSinceItWasFoundIsNoErrorOfTheUser() throws IOException {
    save(10, 1);
    Files.delete(run.resolve("checkpoints/step-00000010-1.json"));

    var refusal =
        assertThrows(
            ClusterException.class, () -> store.restore("step-00000010-1", LAYOUT, room()));

    assertTrue(refusal.getMessage().contains("step-00000010-1.json: is missing"));
  }

  @Test
  void aMissingFileGivesWayToTheOneBefore() throws IOException {
    save(10, 1);
    save(20, 1);
    Files.delete(fileOf(20, "model.safetensors"));

    assertEquals(10, store.newest().orElseThrow().state().step());
  }

  @Test
  void aFolderWithoutManifestDoesNotExist() throws IOException {
    save(10, 1);
    save(20, 1);
    Files.delete(run.resolve("checkpoints/step-00000020-1.json"));

    assertEquals(10, store.newest().orElseThrow().state().step());
  }

  @Test
  void whatAnEarlierAttemptLeftUnfinishedGoes() throws IOException {
    save(10, 1);
    Path unfinished = run.resolve("checkpoints/step-00000020-1-abc");
    Path ofThisAttempt = run.resolve("checkpoints/step-00000020-2-def");
    for (Path folder : List.of(unfinished, ofThisAttempt)) {
      Files.write(Files.createDirectories(folder).resolve("model.safetensors"), new byte[9]);
    }

    save(20, 2);

    assertFalse(Files.exists(unfinished));
    assertTrue(Files.exists(ofThisAttempt), "may still be written");
    assertEquals(10, store.weights(10).state().step());
  }

  @Test
  void aManifestCutShortDoesNotExist() throws IOException {
    save(10, 1);
    save(20, 1);
    Files.writeString(run.resolve("checkpoints/step-00000020-1.json"), "{\"formatVersion\": 2,");

    assertEquals(10, store.newest().orElseThrow().state().step());
  }

  @Test
  void aRunOfAnotherFormatIsRefusedNotStartedAgain() throws IOException {
    save(10, 1);
    Path manifest = run.resolve("checkpoints/step-00000010-1.json");
    String text = Files.readString(manifest);
    Files.writeString(
        manifest, text.replaceFirst("\"formatVersion\" : \\d+", "\"formatVersion\" : 99"));

    var refusal = assertThrows(ConfigException.class, store::newest);

    assertTrue(refusal.getMessage().contains("format_version 99"), refusal.getMessage());
  }

  @Test
  void aWorkerOfAnOlderAttemptMayNotSave() throws IOException {
    save(10, 2);

    var refusal = assertThrows(IllegalStateException.class, () -> save(20, 1));

    assertTrue(refusal.getMessage().contains("attempt 1 may not save"), refusal.getMessage());
    assertEquals(10, store.newest().orElseThrow().state().step());
  }

  @Test
  void anAttemptIsClaimedBeforeItWritesAnything() throws IOException {
    long first = store.claimAttempt();
    save(10, first);
    long second = store.claimAttempt();

    assertEquals(List.of(1L, 2L), List.of(first, second));
    var refusal = assertThrows(IllegalStateException.class, () -> save(20, first));
    assertTrue(refusal.getMessage().contains("attempt 2 has begun"), refusal.getMessage());
    assertEquals(3, store.claimAttempt(), "nothing was saved, and yet it is not used again");
    assertEquals(10, store.newest().orElseThrow().state().step());
  }

  @Test
  void anAttemptNumberThatLeftFilesOnlyIsNotUsedAgain() throws IOException {
    Path folder = Files.createDirectories(run.resolve("checkpoints/step-00000020-4"));
    Files.write(folder.resolve("model.safetensors"), new byte[9]);

    assertEquals(5, store.claimAttempt());
  }

  @Test
  void whatANewerAttemptSavedIsNotPrunedByAnOlderOne() throws IOException {
    save(10, 1);
    save(20, 1);
    Path folder = run.resolve("checkpoints");
    for (String step : List.of("30", "40")) { // as if attempt 2 saved while attempt 1 commits
      String text = Files.readString(folder.resolve("step-00000020-1.json"));
      Files.writeString(
          folder.resolve("step-000000" + step + "-2.json"),
          text.replace("\"step\" : 20", "\"step\" : " + step)
              .replace("\"attempt\" : 1", "\"attempt\" : 2"));
    }

    store.prune(1, 0, 1);

    assertTrue(Files.exists(folder.resolve("step-00000040-2.json")));
    assertTrue(Files.exists(folder.resolve("step-00000030-2.json")), "not attempt 1's to delete");
    assertFalse(Files.exists(folder.resolve("step-00000010-1.json")));
  }

  @Test
  void ofTwoAttemptsThatSavedAStepTheLastCounts() throws IOException {
    save(10, 1);
    save(10, 2);

    assertEquals(2, store.newest().orElseThrow().attempt());
    Files.delete(run.resolve("checkpoints/step-00000010-2/decoder.safetensors"));
    assertEquals("step-00000010-1", store.newest().orElseThrow().name());
  }

  private void say(String manifest, String old, String now) throws IOException {
    Path file = run.resolve("checkpoints").resolve(manifest);
    Files.writeString(file, Files.readString(file).replaceFirst(old, now));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../precious",
        "..",
        ".",
        "",
        "/precious",
        "step-00000010-1/../../../precious",
        "step-00000020-1",
        "*",
        "step-00000010-1-../x"
      })
  void aManifestThatNamesAnotherFolderDeletesNothing(String name) throws IOException {
    Path precious = Files.createDirectories(run.resolve("precious"));
    Path file = Files.writeString(precious.resolve("thesis"), "x");
    save(10, 1);
    say("step-00000010-1.json", "\"step-00000010-1\"", "\"" + name + "\"");

    save(20, 1);
    save(30, 1);
    save(40, 1); // prunes all but two

    assertTrue(Files.exists(file));
    assertEquals(40, store.newest().orElseThrow().state().step());
    assertTrue(Files.exists(run.resolve("checkpoints/step-00000040-1/model.safetensors")));
    assertTrue(Files.exists(run.resolve("checkpoints/step-00000030-1/model.safetensors")));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"step\" : 10', '\"step\" : 30', step or attempt",
    "'\"attempt\" : 1', '\"attempt\" : 7', step or attempt",
    "'\"model.safetensors\"', '\"../../model.safetensors\"', files.name",
    "'\"model.safetensors\"', '\"/etc/passwd\"', files.name"
  })
  void aManifestWithNamesOfAnotherFormIsRefusedByName(String old, String now, String field)
      throws IOException {
    save(10, 1);
    say("step-00000010-1.json", old, now);

    assertTrue(store.newest().isEmpty());
    var failure =
        assertThrows(
            ClusterException.class, () -> store.restore("step-00000010-1", LAYOUT, room()));
    assertTrue(failure.getMessage().contains("step-00000010-1.json: " + field), failure.toString());
  }

  @Test
  void aLinkInThePlaceOfAFolderIsNotFollowed() throws IOException {
    save(10, 1);
    Path elsewhere = Files.createDirectories(run.resolve("elsewhere"));
    Path moved = Files.move(run.resolve("checkpoints/step-00000010-1"), elsewhere.resolve("step"));
    Files.createSymbolicLink(run.resolve("checkpoints/step-00000010-1"), moved);

    save(20, 1);
    save(30, 1); // prunes the first

    assertFalse(Files.exists(run.resolve("checkpoints/step-00000010-1")));
    assertTrue(Files.exists(moved.resolve("model.safetensors")));
  }

  /** Recorded when terms of losses were fields of their own. */
  @Test
  void readsTheRecordedCheckpointAndWritesTheSameBytes() throws IOException {
    Path golden = Path.of("src/test/resources/io/retromae/training/checkpoint/golden-3");
    CheckpointStore recorded =
        new CheckpointStore(new Storage(new Configuration()), golden.toString());
    TrainingVectors into = room();

    TrainingState state = recorded.restore(recorded.newest().orElseThrow().name(), LAYOUT, into);

    assertHolds(vectors(7), into);
    assertEquals(4, state.lastLosses().total());
    assertEquals(2, state.lastLosses().term("encoder"));
    assertEquals(0, state.lastLosses().term("bow"));
    assertEquals(evaluated(), state.lastEvaluation().sums());

    save(state, 2, 2);
    try (var files = Files.walk(golden.resolve("checkpoints"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path written = run.resolve(golden.relativize(file).toString());
        assertEquals(-1, Files.mismatch(file, written), file.toString());
      }
    }
  }
}
