package io.retromae.cluster.hdfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.cluster.Child;
import io.retromae.cluster.FolderSequences;
import io.retromae.cluster.Journey;
import io.retromae.cluster.Retromae;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.PrivilegedAction;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.MiniDFSCluster.DataNodeProperties;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.SafeModeAction;
import org.apache.hadoop.hdfs.protocol.OpenFileEntry;
import org.apache.hadoop.hdfs.protocol.OpenFilesIterator.OpenFilesType;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs, vocabulary, corpus, run and export on HDFS. */
class HdfsTest {
  @TempDir static Path folder;
  private static HdfsCluster hdfs;
  private static Storage storage;

  @BeforeAll
  static void start() throws IOException {
    hdfs = HdfsCluster.start(folder);
    storage = new Storage(hdfs.configuration());
    Journey.provide(storage, hdfs.uri() + "/raw");
  }

  @AfterAll
  static void stop() {
    hdfs.close();
  }

  @AfterEach
  void behave() {
    hdfs.behave();
  }

  private static Journey journey(Retromae by, String name) {
    return new Journey(hdfs.knownTo(by), storage, hdfs.uri() + "/raw", hdfs.uri() + "/" + name);
  }

  @Test
  void withTheEmbeddedSparkRawTextBecomesAModel() throws Exception {
    Journey journey = journey(Retromae.embedded(), "undisturbed");
    journey.etl();
    journey.pretrain();
    journey.assertSameBytes();
  }

  @Test
  void aFileIsReplacedAtOnceAndOneThatIsWrittenIsNotWhole() throws Exception {
    String folder = hdfs.uri() + "/small";
    storage.publish(folder + "/file", new byte[] {1});
    storage.publish(folder + "/file", new byte[] {2});
    assertArrayEquals(new byte[] {2}, storage.read(folder + "/file"));
    assertEquals(1, storage.list(folder).size());

    try (OutputStream out = storage.create(folder + "/open")) {
      out.write(new byte[3 << 20]);
      assertTrue(storage.exists(folder + "/open"));
      assertTrue(storage.size(folder + "/open") < 3 << 20);
      assertThrows(FileAlreadyExistsException.class, () -> storage.create(folder + "/open"));
    }
    assertEquals(3 << 20, storage.size(folder + "/open"));
    assertThrows(FileAlreadyExistsException.class, () -> storage.create(folder + "/open"));
    storage.createAgain(folder + "/open").close();
    assertEquals(0, storage.size(folder + "/open"));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void nothingOutsideOfAFolderIsTouched(long seed) throws IOException {
    new FolderSequences(storage, hdfs.uri() + "/folders/" + seed, seed).run(30);
  }

  @Test
  void refusalsNameThePathAndTheReason() throws Exception {
    String closed = hdfs.uri() + "/closed";
    hdfs.fileSystem().mkdirs(new org.apache.hadoop.fs.Path(closed), new FsPermission("555"));
    UserGroupInformation alice = UserGroupInformation.createRemoteUser("alice");
    String denied =
        assertThrows(
                ClusterException.class,
                () ->
                    alice.doAs(
                        (PrivilegedAction<Void>)
                            () -> {
                              new Storage(hdfs.configuration())
                                  .publish(closed + "/file", new byte[1]);
                              return null;
                            }))
            .getMessage();
    assertTrue(denied.startsWith("cannot write " + closed + "/file: Permission denied"), denied);
    assertTrue(denied.contains("alice"), denied);

    hdfs.setSafeMode(SafeModeAction.SAFEMODE_ENTER);
    try {
      String safe =
          assertThrows(ClusterException.class, () -> storage.publish(closed + "/b", new byte[1]))
              .getMessage();
      assertTrue(safe.contains("safe mode"), safe);
    } finally {
      hdfs.setSafeMode(SafeModeAction.SAFEMODE_LEAVE);
    }
  }

  /** What a killed writer has left open below a folder. */
  private static List<String> openFiles(String path) throws IOException {
    List<String> open = new ArrayList<>();
    RemoteIterator<OpenFileEntry> entries =
        hdfs.fileSystem().listOpenFiles(EnumSet.of(OpenFilesType.ALL_OPEN_FILES), path);
    while (entries.hasNext()) {
      open.add(entries.next().getFilePath());
    }
    return open;
  }

  @Test
  void aFullFolderDataNodesThatEndAKilledDriverAndARestartOfTheNameNodeChangeNothing()
      throws Exception {
    Journey journey = journey(Retromae.bySparkSubmit("--master", "local[2]"), "disturbed");
    hdfs.limitBytes("/disturbed", 6 << 20);
    try (Child etl = journey.startEtl()) {
      assertEquals(4, etl.exitCode(), etl.output());
      assertTrue(etl.output().contains("quota"), etl.output());
      assertFalse(ShardManifest.exists(storage, journey.output() + "/corpus"));
    }
    hdfs.limitBytes("/disturbed", HdfsConstants.QUOTA_RESET);

    CompletableFuture<DataNodeProperties> first = hdfs.endADataNodeInTheMiddleOfABlock();
    journey.etl();
    hdfs.startAgain(first.getNow(null));

    CompletableFuture<DataNodeProperties> second = hdfs.endADataNodeInTheMiddleOfABlock();
    String checkpoints = "/disturbed/run/checkpoints/step-";
    try (Child pretrain = journey.startPretrain()) {
      pretrain.await("step=4 event=checkpoint");
      Gate gate = hdfs.holdWriters(checkpoints);
      String file = gate.awaitWriter();
      pretrain.signal("KILL");
      pretrain.exitCode();
      gate.open();
      assertTrue(openFiles("/disturbed/run").contains(file), file);
      String manifest = file.substring(0, file.lastIndexOf('/')) + ".json";
      assertFalse(storage.exists(hdfs.uri() + manifest), manifest);
    }
    hdfs.startAgain(second.getNow(null));

    Gate gate = hdfs.holdWriters(checkpoints);
    try (Child pretrain = journey.startPretrain()) {
      gate.awaitWriter();
      hdfs.restartNameNode();
      gate.open();
      pretrain.done();
      assertEquals(List.of(), pretrain.linesWith("step=4 loss"), "resumed");
    }
    assertEquals(List.of(), openFiles("/disturbed"));
    journey.assertSameBytes();
  }
}
