package io.retromae.training.checkpoint;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.Storage;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointWriterTest {
  private static final ParameterLayout LAYOUT =
      ParameterLayout.withDecoder(
          new BertShape(10, 4, 1, 1, 8, 8, 2, 1e-12, 0, 0, 0.02, 0), "c_head");

  @TempDir Path run;
  private final List<String> news = Collections.synchronizedList(new ArrayList<>());
  private CheckpointStore store;

  @BeforeEach
  void open() {
    Storage storage = new Storage(DamagingFileSystem.configuration());
    store = new CheckpointStore(storage, "damaging://" + run);
  }

  @AfterEach
  void mend() {
    DamagingFileSystem.LEFT.set(0);
    DamagingFileSystem.MANIFESTS.set(0);
  }

  private CheckpointWriter writer(int keep) {
    return new CheckpointWriter(
        store,
        new CheckpointWriter.Origin(Map.of(), 1, keep),
        Share.WHOLE,
        new CheckpointWriter.Listener() {
          @Override
          public void saved(CheckpointWriter.Saved checkpoint) {
            news.add("saved " + checkpoint.step());
          }

          @Override
          public void failed(long step, String reason) {
            news.add("failed " + step + " " + reason.substring(reason.lastIndexOf('/') + 1));
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

  private static TrainingVectors vectors(float value) {
    return TrainingVectors.whole(filled(value), filled(value + 1), filled(value + 2));
  }

  private static HostVector filled(float value) {
    float[] values = new float[(int) LAYOUT.size()];
    Arrays.fill(values, value);
    return HostVector.copyOf(values);
  }

  @Test
  void trainingMayGoOnWhileACheckpointIsWritten() throws IOException {
    TrainingVectors live = vectors(1);
    try (CheckpointWriter writer = writer(2)) {
      writer.save(state(10), LAYOUT, live);
      live.parameters().whole().putFloat(0, 7);
      writer.save(state(20), LAYOUT, live);
      live.parameters().whole().putFloat(0, 8);
    }

    TrainingVectors loaded = vectors(1); // the layout has gaps that are not saved
    store.restore("step-00000010-1", LAYOUT, loaded);
    assertEquals(filled(1).whole(), loaded.parameters().whole());
    assertEquals(filled(2).whole(), loaded.firstMoment().whole());
    assertEquals(filled(3).whole(), loaded.secondMoment().whole());
    store.restore("step-00000020-1", LAYOUT, loaded);
    assertEquals(7, loaded.parameters().whole().getFloat(0));
    assertEquals(2, loaded.firstMoment().whole().getFloat(0));
    assertEquals(List.of("saved 10", "saved 20"), news);
  }

  @Test
  void aCheckpointThatDoesNotReadBackIsReportedAndWrittenAgain() throws IOException {
    DamagingFileSystem.LEFT.set(1);

    try (CheckpointWriter writer = writer(2)) {
      writer.save(state(10), LAYOUT, vectors(1));
    }

    assertEquals(
        List.of("failed 10 model.safetensors: SHA-256 differs from its manifest", "saved 10"),
        news);
    assertEquals(10, store.newest().orElseThrow().state().step());
    assertEquals(2, filesIn("checkpoints"), "one manifest, one folder");
  }

  @Test
  void anOlderCheckpointStaysUntilANewerOneReadsBack() throws IOException {
    CheckpointWriter writer = writer(1);
    writer.save(state(10), LAYOUT, vectors(1));
    writer.close();
    DamagingFileSystem.LEFT.set(2);

    writer.save(state(20), LAYOUT, vectors(2));
    var failure = assertThrows(ClusterException.class, writer::close);

    assertTrue(failure.getMessage().contains("cannot save step 20"), failure.getMessage());
    assertEquals(10, store.newest().orElseThrow().state().step());
    assertEquals(2, filesIn("checkpoints"), "one manifest, one folder");
  }

  @Test
  void aManifestThatDoesNotReadBackIsReportedAndWrittenAgain() throws IOException {
    DamagingFileSystem.MANIFESTS.set(1);

    try (CheckpointWriter writer = writer(1)) {
      writer.save(state(10), LAYOUT, vectors(1));
    }

    assertEquals(
        List.of("failed 10 step-00000010-1.json: not a checkpoint manifest", "saved 10"), news);
    assertEquals(10, store.newest().orElseThrow().state().step());
  }

  @Test
  void anOlderCheckpointStaysUntilTheManifestOfANewerOneReadsBack() throws IOException {
    CheckpointWriter writer = writer(1);
    writer.save(state(10), LAYOUT, vectors(1));
    writer.close();
    DamagingFileSystem.MANIFESTS.set(2);

    writer.save(state(20), LAYOUT, vectors(2));
    var failure = assertThrows(ClusterException.class, writer::close);

    assertTrue(failure.getMessage().contains("cannot save step 20"), failure.getMessage());
    assertEquals(10, store.newest().orElseThrow().state().step());
  }

  @Test
  void anErrorThatSaveHasThrownIsNotThrownAgainByClose() {
    CheckpointWriter writer = writer(1);
    DamagingFileSystem.LEFT.set(2);
    writer.save(state(10), LAYOUT, vectors(1));

    var failure =
        assertThrows(ClusterException.class, () -> writer.save(state(20), LAYOUT, vectors(2)));

    assertTrue(failure.getMessage().contains("cannot save step 10"), failure.getMessage());
    assertDoesNotThrow(writer::close);
  }

  private long filesIn(String name) throws IOException {
    try (var files = Files.list(run.resolve(name))) {
      return files.count();
    }
  }
}
