package io.retromae.cluster.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import io.retromae.training.huggingface.RunExport;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An export takes the place of another on a store that renames by copying and deleting. */
class S3ExportTest {
  private static final String BUCKET = "exports";
  private static final Map<String, String> BEFORE =
      Map.of("model", "older", "1_Pooling/config.json", "[]", "README.md", "oldest");
  private static final Map<String, String> AFTER =
      Map.of("model", "newer", "1_Pooling/config.json", "{}", "README.md", "newest");
  private static final String LIST = "{\"1_Pooling/config.json\":2,\"README.md\":6,\"model\":5}";

  private static S3Server server;
  private static Storage storage;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server();
    server.createBucket(BUCKET);
    storage = new Storage(server.configuration());
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  @AfterEach
  void serveAgain() {
    server.front().forget();
  }

  @Test
  void aSwapThatIsCutOffBehindAnyRequestIsEndedByTheNextStart() {
    int cuts = 0;
    boolean cut = true;
    for (int spared = 0; cut; spared++) {
      String run = "s3a://" + BUCKET + "/run-" + spared;
      write(run + "/export", BEFORE);
      write(run + "/export.next", AFTER);
      publish(run + "/" + RunExport.LIST, LIST);

      server.front().plan(Fault.NOT_MOVED, spared, Integer.MAX_VALUE);
      cut = isCut(new RunExport(storage, run));
      server.front().forget();
      new RunExport(storage, run).recover();

      Map<String, String> expected = new TreeMap<>();
      AFTER.forEach((name, text) -> expected.put("export/" + name, text));
      assertEquals(expected, files(run), spared + " requests were spared");
      cuts += cut ? 1 : 0;
    }

    assertTrue(cuts >= 2 * AFTER.size(), cuts + " cuts: two renames copy every file");
  }

  private static boolean isCut(RunExport export) {
    try {
      export.recover();
      return false;
    } catch (ClusterException e) {
      assertTrue(server.front().met(Fault.NOT_MOVED) > 0, e.getMessage());
      return true;
    }
  }

  private static void write(String folder, Map<String, String> files) {
    files.forEach((name, text) -> publish(folder + "/" + name, text));
  }

  private static void publish(String path, String text) {
    storage.publish(path, text.getBytes(UTF_8));
  }

  private static Map<String, String> files(String run) {
    Map<String, String> files = new TreeMap<>();
    for (StoredFile file : storage.allFiles(run)) {
      files.put(
          file.path().substring(run.length() + 1), new String(storage.read(file.path()), UTF_8));
    }
    return files;
  }
}
