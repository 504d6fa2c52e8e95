package io.retromae.pretrain.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.model.Evaluation;
import io.retromae.pretrain.safetensors.TensorData;
import io.retromae.pretrain.train.EvaluationReport;
import io.retromae.pretrain.train.LossWindow;
import io.retromae.pretrain.train.MeanLosses;
import io.retromae.pretrain.train.TrainingState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  @TempDir Path run;
  private CheckpointStore store;

  @BeforeEach
  void open() {
    store = new CheckpointStore(new Storage(new Configuration()), run.toString());
  }

  private static Snapshot snapshot(long step) {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, step);
    TensorData tensor = new TensorData("I64", new long[] {1}, bytes);
    TrainingState state =
        new TrainingState(
            step,
            step - 1,
            1,
            9,
            new MeanLosses(4, 2, 2, 0),
            new LossWindow(3, 4, 0.5, true),
            new EvaluationReport(step, new Evaluation(1, 2, 3, 4, 5, 6, 7, 8)));
    return new Snapshot(state, Map.of("a", tensor), Map.of("b", tensor), Map.of("c", tensor));
  }

  private void save(long step, long attempt) throws IOException {
    store.save(snapshot(step), Map.of("config.json", new byte[] {7}), attempt, 2);
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

  @Test
  void theNewestIsFoundAndRestored() throws IOException {
    save(10, 1);
    save(20, 1);

    assertEquals(snapshot(20).state(), store.newest().orElseThrow().state());
    Snapshot loaded = store.load(20);
    assertEquals(snapshot(20).state(), loaded.state());
    for (var part : List.of(loaded.model(), loaded.decoder(), loaded.optimizer())) {
      assertArrayEquals(new double[] {20}, part.values().iterator().next().toDoubles());
    }
    assertArrayEquals(new byte[] {7}, store.description(20, "config.json"));
  }

  @Test
  void lossesThatAreNoNumbersAreRestoredAsSuch() throws IOException {
    MeanLosses losses = new MeanLosses(Double.NaN, Double.POSITIVE_INFINITY, 2, 0);
    TrainingState state =
        new TrainingState(10, 8, 2, 9, losses, LossWindow.EMPTY, EvaluationReport.NONE);
    Snapshot usual = snapshot(10);

    store.save(
        new Snapshot(state, usual.model(), usual.decoder(), usual.optimizer()), Map.of(), 1, 2);

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
    assertThrows(RuntimeException.class, () -> store.load(20));
  }

  @Test
  void aDamagedCheckpointGivesWayToTheOneBefore() throws IOException {
    save(10, 1);
    save(20, 1);
    Path damaged = fileOf(20, "optimizer.safetensors");
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length - 1] ^= 1;
    Files.write(damaged, bytes);

    assertEquals(10, store.newest().orElseThrow().state().step());
    var refusal = assertThrows(CorruptDataException.class, () -> store.load(20));
    assertTrue(refusal.getMessage().contains("optimizer.safetensors: SHA-256 differs"));
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
    Files.delete(run.resolve("checkpoints/step-00000020.json"));

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
    assertEquals(10, store.load(10).state().step());
  }

  @Test
  void aManifestCutShortDoesNotExist() throws IOException {
    save(10, 1);
    save(20, 1);
    Files.writeString(run.resolve("checkpoints/step-00000020.json"), "{\"formatVersion\": 2,");

    assertEquals(10, store.newest().orElseThrow().state().step());
  }

  @Test
  void aRunOfAnotherFormatIsRefusedNotStartedAgain() throws IOException {
    save(10, 1);
    Path manifest = run.resolve("checkpoints/step-00000010.json");
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
}
