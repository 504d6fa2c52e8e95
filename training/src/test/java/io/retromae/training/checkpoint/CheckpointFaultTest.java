package io.retromae.training.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.Storage;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.collective.Parts;
import io.retromae.training.loop.EvaluationReport;
import io.retromae.training.loop.LossWindow;
import io.retromae.training.loop.MeanLosses;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.measure.Figures;
import io.retromae.training.measure.Selection;
import io.retromae.training.memory.HostVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sharded checkpoints on storage that fails, and ranks that do not live to finish them. */
class CheckpointFaultTest {
  private static final ParameterLayout LAYOUT =
      ParameterLayout.withDecoder(
          new BertShape(10, 4, 1, 1, 8, 8, 2, 1e-12, 0, 0, 0.02, 0), "c_head");
  private static final int WRITERS = 2;

  @TempDir Path run;
  private final List<String> news = Collections.synchronizedList(new ArrayList<>());
  private CheckpointStore store;

  @BeforeEach
  void open() {
    FailingFileSystem.mend();
    store = new CheckpointStore(new Storage(FailingFileSystem.configuration()), "failing://" + run);
  }

  @AfterEach
  void mend() {
    FailingFileSystem.mend();
  }

  private CheckpointWriter writer(int rank, long attempt) {
    return new CheckpointWriter(
        store,
        new CheckpointWriter.Origin(Map.of("run.json", new byte[9]), attempt, 2),
        new Share(rank, WRITERS),
        new CheckpointWriter.Listener() {
          @Override
          public void saved(CheckpointWriter.Saved checkpoint) {
            news.add("saved " + checkpoint.step());
          }

          @Override
          public void failed(long step, String reason) {
            news.add("failed " + step + " " + reason);
          }
        });
  }

  private static TrainingState state(long step) {
    return new TrainingState(
        step,
        step,
        0,
        9,
        new MeanLosses(4, Map.of("encoder", 2.0, "decoder", 2.0)),
        LossWindow.EMPTY,
        EvaluationReport.NONE,
        Figures.NONE,
        Selection.NONE);
  }

  private static TrainingVectors share(int rank) {
    Parts.Part part = Parts.of(LAYOUT.size(), rank, WRITERS);
    return new TrainingVectors(
        HostVector.allocate(rank == 0 ? LAYOUT.size() : 0),
        HostVector.allocate(part.size()),
        HostVector.allocate(part.size()),
        part.from());
  }

  /** What the ranks of an attempt do to save a step. */
  private void save(long step, long attempt) {
    try (CheckpointWriter first = writer(0, attempt);
        CheckpointWriter second = writer(1, attempt)) {
      first.save(state(step), LAYOUT, share(0));
      first.settle(); // in a fixed order, so that the storage fails in a place that is known
      second.save(state(step), LAYOUT, share(1));
      second.settle();
      first.heard(List.of(first.takeNote(), second.takeNote()));
    }
  }

  private String newest() throws IOException {
    return store.newest().map(CheckpointRef::name).orElse("none");
  }

  private List<String> filesOf(String name) throws IOException {
    Path folder = run.resolve("checkpoints").resolve(name);
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest(name = "room for {0} bytes")
  @ValueSource(longs = {0, 1, 500, 4_000, 9_000, 14_000, 18_000})
  void aFullDiskEndsTheAttemptAndLeavesOlderCheckpoints(long room) throws IOException {
    save(10, store.claimAttempt());
    long attempt = store.claimAttempt();
    FailingFileSystem.ROOM.set(room);

    var failure = assertThrows(ClusterException.class, () -> save(20, attempt));

    assertTrue(failure.getMessage().matches("(?s).*rank [01] cannot save step 20.*"));
    assertTrue(news.get(1).startsWith("failed 20 cannot write failing://"), news.toString());
    assertTrue(news.get(1).endsWith(": No space left on device"), news.toString());
    assertEquals("step-00000010-1", newest());
    FailingFileSystem.mend();
    save(20, store.claimAttempt());
    assertEquals("step-00000020-3", newest());
    assertEquals(List.of(), filesOf("step-00000020-2"), "what was left behind goes");
  }

  @ParameterizedTest(name = "{0} files not created, {1} not closed")
  @CsvSource({"1, 0", "0, 1"})
  void aFileThatCannotBeCreatedOrClosedIsReportedAndWrittenAgain(int creates, int closes)
      throws IOException {
    FailingFileSystem.CREATES.set(creates);
    FailingFileSystem.CLOSES.set(closes);

    save(10, 1);

    assertEquals(2, news.size(), news.toString());
    assertTrue(news.get(0).startsWith("failed 10 "), news.toString());
    assertEquals("step-00000010-1", newest());
  }

  @Test
  void aManifestThatCannotBeWrittenIsWrittenAgain() throws IOException {
    try (CheckpointWriter first = writer(0, 1);
        CheckpointWriter second = writer(1, 1)) {
      first.save(state(10), LAYOUT, share(0));
      second.save(state(10), LAYOUT, share(1));
      first.settle();
      second.settle();
      FailingFileSystem.CREATES.set(1);
      first.heard(List.of(first.takeNote(), second.takeNote()));
    }

    assertTrue(news.get(0).matches("failed 10 cannot write .*step-00000010-1.json.*"), news.get(0));
    assertEquals("saved 10", news.get(1));
    assertEquals("step-00000010-1", newest());
  }

  @Test
  void trainingDoesNotWaitForSlowStorage() throws IOException {
    CountDownLatch gate = new CountDownLatch(1);
    FailingFileSystem.GATE.set(gate);
    try (CheckpointWriter first = writer(0, 1);
        CheckpointWriter second = writer(1, 1)) {
      first.save(state(10), LAYOUT, share(0));
      second.save(state(10), LAYOUT, share(1));

      assertEquals(0, second.takeNote().length, "steps go on");
      assertEquals("none", newest());

      gate.countDown();
      second.settle();
      byte[] note = second.takeNote();
      assertTrue(note.length > 0);
      assertEquals(0, second.takeNote().length, "told once");
      first.heard(List.of(new byte[0], note));
    }
    assertEquals("step-00000010-1", newest());
  }

  @Test
  void aRankThatDiesWhileSavingLeavesPartsThatDoNotCount() throws IOException {
    save(10, store.claimAttempt());
    long attempt = store.claimAttempt();
    try (CheckpointWriter first = writer(0, attempt)) { // nothing is heard of the other
      first.save(state(20), LAYOUT, share(0));
      first.settle();
    }

    assertEquals("step-00000010-1", newest());
    assertFalse(filesOf("step-00000020-2").isEmpty());
    save(20, store.claimAttempt());
    assertEquals("step-00000020-3", newest());
    assertEquals(List.of(), filesOf("step-00000020-2"), "swept by the attempt after it");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "optimizer-00001-of-00002.safetensors",
        "optimizer-00002-of-00002.safetensors",
        "model.safetensors",
        "run.json"
      })
  void aMissingOrDamagedFileGivesWayToTheCheckpointBefore(String name) throws IOException {
    save(10, 1);
    save(20, 1);
    save(30, 1);
    Path damaged = run.resolve("checkpoints/step-00000020-1").resolve(name);
    byte[] bytes = Files.readAllBytes(damaged);
    Files.write(damaged, Arrays.copyOf(bytes, bytes.length - 1));
    Files.delete(run.resolve("checkpoints/step-00000030-1").resolve(name));

    assertEquals("none", newest(), "two are kept");
    Files.write(damaged, bytes);
    assertEquals("step-00000020-1", newest());
  }
}
