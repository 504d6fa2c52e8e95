package io.retromae.cluster.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.Storage;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.checkpoint.CheckpointWriter;
import io.retromae.training.checkpoint.Share;
import io.retromae.training.checkpoint.TrainingVectors;
import io.retromae.training.collective.Parts;
import io.retromae.training.loop.EvaluationReport;
import io.retromae.training.loop.LossWindow;
import io.retromae.training.loop.MeanLosses;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.measure.Figures;
import io.retromae.training.measure.Selection;
import io.retromae.training.memory.HostVector;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Checkpoints on an object store: no rename, a PUT for a manifest, and a server that is busy. */
class S3CheckpointTest {
  private static final ParameterLayout LAYOUT =
      ParameterLayout.withDecoder(
          new BertShape(100, 16, 1, 1, 32, 8, 2, 1e-12, 0, 0, 0.02, 0), "c_head");
  private static final int WRITERS = 2;

  private static S3Server server;
  private final List<String> news = Collections.synchronizedList(new ArrayList<>());
  private Storage storage;
  private String run;
  private CheckpointStore store;

  @BeforeAll
  static void startServer() throws Exception {
    server = new S3Server();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.stop();
  }

  @BeforeEach
  void openRun(TestInfo test) {
    String bucket = test.getTestMethod().orElseThrow().getName().toLowerCase().substring(0, 12);
    server.createBucket(bucket);
    storage = new Storage(server.configuration());
    run = "s3a://" + bucket + "/run";
    store = new CheckpointStore(storage, run);
  }

  @AfterEach
  void serveAgain() {
    server.front().forget();
  }

  private CheckpointWriter writer(int rank, long attempt) {
    return new CheckpointWriter(
        store,
        new CheckpointWriter.Origin(Map.of("run.json", new byte[] {1}), attempt, 2),
        new Share(rank, WRITERS),
        new CheckpointWriter.Listener() {
          @Override
          public void saved(CheckpointWriter.Saved checkpoint) {
            news.add("saved " + checkpoint.step());
          }

          @Override
          public void failed(long step, String reason) {
            news.add("failed " + step);
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

  private static HostVector filled(float value) {
    HostVector vector = HostVector.allocate(LAYOUT.size());
    for (ParameterLayout.Parameter parameter : LAYOUT.parameters()) {
      FloatBuffer values = vector.slice(parameter.offset(), parameter.size()).asFloatBuffer();
      for (int i = 0; i < values.capacity(); i++) {
        values.put(i, value * (parameter.offset() + i));
      }
    }
    return vector;
  }

  private static TrainingVectors share(int rank, float value) {
    Parts.Part part = Parts.of(LAYOUT.size(), rank, WRITERS);
    return new TrainingVectors(
        rank == 0 ? filled(value) : HostVector.allocate(0),
        filled(value + 1).part(part.from(), part.size()),
        filled(value + 2).part(part.from(), part.size()),
        part.from());
  }

  /** What the ranks of an attempt do to save a step, without the training in between. */
  private void save(long attempt, long... steps) {
    try (CheckpointWriter first = writer(0, attempt);
        CheckpointWriter second = writer(1, attempt)) {
      for (long step : steps) {
        first.save(state(step), LAYOUT, share(0, step));
        second.save(state(step), LAYOUT, share(1, step));
        first.settle();
        second.settle();
        first.heard(List.of(first.takeNote(), second.takeNote()));
      }
    }
  }

  @Test
  void shardedCheckpointsAreSavedListedResumedAndPruned() throws Exception {
    save(store.claimAttempt(), 10, 20, 30);
    save(store.claimAttempt(), 40);

    assertEquals("step-00000040-2", store.newest().orElseThrow().name());
    TrainingVectors whole =
        TrainingVectors.whole(
            HostVector.allocate(LAYOUT.size()),
            HostVector.allocate(LAYOUT.size()),
            HostVector.allocate(LAYOUT.size()));
    assertEquals(state(40), store.restore("step-00000040-2", LAYOUT, whole));
    assertEquals(filled(40).whole(), whole.parameters().whole());
    assertEquals(filled(41).whole(), whole.firstMoment().whole());
    assertEquals(filled(42).whole(), whole.secondMoment().whole());
    assertEquals(
        List.of("/attempt-2", "/step-00000030-1.json", "/step-00000040-2.json"),
        storage.list(run + "/checkpoints").stream()
            .map(file -> file.path().substring(file.path().lastIndexOf('/')))
            .toList());
    assertEquals(0, storage.list(run + "/checkpoints/step-00000010-1").size());
    assertEquals(List.of("saved 10", "saved 20", "saved 30", "saved 40"), news);
  }

  @Test
  void aBusyServerDelaysACheckpoint() throws Exception {
    save(store.claimAttempt(), 10);
    long attempt = store.claimAttempt();
    server.front().plan(Fault.SLOW_DOWN, 3);

    save(attempt, 20);

    assertEquals(3, server.front().met(Fault.SLOW_DOWN));
    assertEquals("step-00000020-2", store.newest().orElseThrow().name());
  }

  @Test
  void whileAServerIsBusyOlderCheckpointsStay() throws Exception {
    save(store.claimAttempt(), 10);
    long attempt = store.claimAttempt();
    server.front().plan(Fault.SLOW_DOWN, 1_000_000);

    var failure = assertThrows(ClusterException.class, () -> save(attempt, 20));

    assertTrue(failure.getMessage().contains("cannot save step 20"), failure.getMessage());
    assertTrue(news.contains("failed 20"), news.toString());
    assertTrue(server.front().met(Fault.SLOW_DOWN) > 0);
    server.front().forget();
    assertEquals("step-00000010-1", store.newest().orElseThrow().name());
    save(store.claimAttempt(), 20);
    assertEquals("step-00000020-3", store.newest().orElseThrow().name());
  }
}
