package io.retromae.training.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardLogTest {
  private static final int FIRST_RECORD = 36;

  @TempDir Path run;
  private TensorBoardLog log;

  @BeforeEach
  void open() {
    log =
        TensorBoardLog.open(
            new Storage(new Configuration()),
            new RunDescription(
                "pretrain",
                run.toString(),
                "optimizer:\n  learning_rate: 1e-4  # --set\n",
                List.of(
                    new ResolvedSetting("optimizer.learning_rate", "1e-4", "--set"),
                    new ResolvedSetting("data.group_by_length", "true", "default"),
                    new ResolvedSetting("logging.logging_steps", "10", "default")),
                Set.of("optimizer.learning_rate", "data.group_by_length")));
  }

  private static ObjectNode row(long step, double loss) {
    ObjectNode row = new ObjectMapper().createObjectNode();
    row.put("step", step).put("loss", loss).put("samples", 32);
    return row.put("time", "2026-01-02T03:04:05.500Z");
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(run.resolve("tensorboard"))) {
      return files.sorted().toList();
    }
  }

  /** The payloads of a file's records. */
  private static List<byte[]> records(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> records = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] payload = new byte[(int) in.getLong()];
      in.getInt();
      in.get(payload);
      in.getInt();
      records.add(payload);
    }
    return records;
  }

  @Test
  void aFileHasTheBytesThatTensorBoardReads() {
    EventRecords records = new EventRecords(1.5);
    records.scalars(2, 300, Map.of("train/loss", 0.25));

    byte[] file = records.toBytes();

    assertArrayEquals(
        HexFormat.of()
            .parseHex(
                "1800000000000000" // 24 bytes
                    + "a37f4b22" // as TensorFlow's own files begin
                    + "09000000000000f83f" // wall_time 1.5
                    + "1a0d" // file_version
                    + HexFormat.of().formatHex("brain.Event:2".getBytes(StandardCharsets.UTF_8))),
        java.util.Arrays.copyOf(file, FIRST_RECORD));
    assertArrayEquals(
        HexFormat.of()
            .parseHex(
                "090000000000000040" // wall_time 2
                    + "10ac02" // step 300
                    + "2a13" // summary
                    + "0a11" // value
                    + "0a0a"
                    + HexFormat.of().formatHex("train/loss".getBytes(StandardCharsets.UTF_8))
                    + "150000803e"), // 0.25
        records(file).get(1));
  }

  @Test
  void everyPublicationIsAFileOfWhatIsNew() throws IOException {
    log.add(row(10, 8));
    log.add(row(20, 7));
    log.publish();
    log.publish();
    log.add(row(30, 6));
    log.publish();

    assertEquals(2, files().size());
    assertEquals(
        6,
        records(Files.readAllBytes(files().get(0))).size(),
        "version, start, text, hyperparameters, rows");
    assertEquals(3, records(Files.readAllBytes(files().get(1))).size());
  }

  @Test
  void stepsDoneAgainAreDeclaredVoid() throws IOException {
    log.add(row(10, 8));
    log.publish();
    log.add(row(20, 7));
    log.rewindTo(5);
    log.add(row(10, 8));
    log.publish();

    List<byte[]> again = records(Files.readAllBytes(files().get(1)));
    assertEquals(3, again.size(), "step 20 is forgotten");
    String start = HexFormat.of().formatHex(again.get(1));
    assertEquals("1006" + "3a02" + "0801", start.substring(18), "session starts at step 6");
  }

  @Test
  void whatAProbeFoundHasATagAndABeginningAnewVoidsItsStart() throws IOException {
    log.rewindTo(0);
    log.add(row(0, 8).put("eval_probe_medical_mrr_at_10", 0.25).put("eval_probe_seconds", 1));
    log.publish();

    List<byte[]> records = records(Files.readAllBytes(files().get(0)));
    String row = new String(records.get(4), StandardCharsets.ISO_8859_1);
    assertTrue(row.contains("eval/probe_medical_mrr_at_10"), row);
    String start = HexFormat.of().formatHex(records.get(1));
    assertEquals("3a02" + "0801", start.substring(18), "session starts at step 0");
  }

  /** Whether the settings' text stands in a file. */
  private static boolean hasSettings(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
        .contains("learning_rate: 1e-4  # --set");
  }

  @Test
  void settingsThatAreVoidAreSaidAgain() throws IOException {
    log.rewindTo(50); // a later start, from the checkpoint of step 50
    log.add(row(60, 8));
    log.publish();
    log.rewindTo(40); // that one was damaged
    log.add(row(50, 8));
    log.publish();
    log.rewindTo(45);
    log.add(row(50, 8));
    log.publish();
    log.rewindTo(0);
    log.add(row(10, 8));
    log.publish();

    List<Boolean> settings = new ArrayList<>();
    for (Path file : files()) {
      settings.add(hasSettings(file));
    }

    assertEquals(List.of(true, true, false, true), settings);
  }

  /** A reader as TensorBoard is one: file by file in the order of names, voiding at each start. */
  private final class Reader {
    private final TreeMap<Long, Integer> curve = new TreeMap<>();
    private int settings;
    private String at = "";

    /** Goes on where it was: files of earlier names are not looked at again. */
    void read() throws IOException {
      for (Path file : files()) {
        if (file.getFileName().toString().compareTo(at) > 0) {
          at = file.getFileName().toString();
          records(Files.readAllBytes(file)).forEach(this::take);
        }
      }
    }

    private void take(byte[] event) {
      ByteBuffer in = ByteBuffer.wrap(event).order(ByteOrder.LITTLE_ENDIAN);
      in.position(9); // behind the time
      long step = 0;
      if (in.get(in.position()) == 0x10) {
        in.get();
        int shift = 0;
        byte part;
        do {
          part = in.get();
          step |= (long) (part & 0x7f) << shift;
          shift += 7;
        } while (part < 0);
      }
      String content = new String(event, StandardCharsets.ISO_8859_1);
      if (in.get(in.position()) == 0x3a) {
        curve.tailMap(step).clear();
        settings = step <= 1 ? 0 : settings;
      } else if (content.contains("train/loss")) {
        curve.merge(step, 1, Integer::sum);
      } else if (content.contains("learning_rate: 1e-4  # --set")) {
        settings++;
      }
    }

    void assertWhole(long steps) {
      assertEquals(
          LongStream.rangeClosed(1, steps).boxed().toList(), List.copyOf(curve.keySet()), "steps");
      assertTrue(curve.values().stream().allMatch(times -> times == 1), "each once: " + curve);
      assertEquals(1, settings);
    }
  }

  @Test
  void aLongRunHasFewFilesAndOneCurve() throws IOException {
    Reader follower = new Reader();
    for (long step = 1; step <= 1_100; step++) {
      log.add(row(step, 8));
      log.publish();
      if (step % 7 == 0) { // once in several publications: it never sees some files
        follower.read();
        follower.assertWhole(step);
      }
    }
    log.add(row(1_101, 8));
    log.publish();
    follower.read();
    Reader other = new Reader();
    other.read();

    follower.assertWhole(1_101);
    other.assertWhole(1_101);
    assertTrue(files().size() <= 4 * EventFiles.JOINED, "files: " + files().size());
  }

  @Test
  void stepsDoneAgainAreOnceInAJoinedFile() throws IOException {
    for (long step = 1; step <= 20; step++) {
      log.add(row(step, 8));
      log.publish();
    }
    log.rewindTo(3);
    for (long step = 4; step <= 40; step++) {
      log.add(row(step, 7));
      log.publish();
    }
    Reader reader = new Reader();

    reader.read();

    reader.assertWhole(40);
  }

  @Test
  void settingsAreATextAndThoseThatCountAreHyperparameters() throws IOException {
    log.add(row(10, 8));
    log.end(Tracker.End.FINISHED);

    List<byte[]> records = records(Files.readAllBytes(files().get(0)));
    String text = new String(records.get(2), StandardCharsets.ISO_8859_1);
    assertTrue(text.contains("      learning_rate: 1e-4  # --set"), text);
    String parameters = new String(records.get(3), StandardCharsets.ISO_8859_1);
    assertTrue(parameters.contains("optimizer.learning_rate"), parameters);
    assertFalse(parameters.contains("logging_steps"), parameters);
    String end = new String(Files.readAllBytes(files().get(1)), StandardCharsets.ISO_8859_1);
    assertTrue(end.contains("_hparams_/session_end_info"), end);
  }

  @Test
  void settingsThatAreVoidAreWrittenAgain() throws IOException {
    log.rewindTo(20); // a start that goes on from there
    log.add(row(30, 6));
    log.publish();
    log.rewindTo(10); // the checkpoint of step 20 was damaged
    log.add(row(20, 7));
    log.publish();
    log.add(row(30, 6));
    log.publish();

    List<byte[]> again = records(Files.readAllBytes(files().get(1)));
    assertEquals(5, again.size(), "version, start, text, hyperparameters, row");
    String text = new String(again.get(2), StandardCharsets.ISO_8859_1);
    assertTrue(text.contains("      learning_rate: 1e-4  # --set"), text);
    assertEquals(3, records(Files.readAllBytes(files().get(2))).size());
  }

  @Test
  void everyNumberOfARowHasItsTagAndATagIsOfOneKey() throws IOException {
    ObjectNode row = row(10, Double.NaN).put("lr", 1e-4).put("idle_ms", 2).put("rss_mb", 700);
    row.put("encoder_loss", 4)
        .put("batch_accuracy", 0.5)
        .put("eval_loss", 3)
        .put("eval_seconds", 1);
    row.put("eval_probe_seconds", 2).put("mfu", 0.1).put("skipped_steps", 0);
    row.putArray("rank_idle_ms").add(2);
    log.add(row);
    log.publish();

    String event =
        new String(records(Files.readAllBytes(files().get(0))).get(4), StandardCharsets.ISO_8859_1);
    Map<String, String> keys = new TreeMap<>();
    for (String key : RowFigures.of(row).keySet()) {
      String tag = TensorBoardLog.tag(key);
      assertTrue(event.contains(tag + "\u0015"), key); // followed by its value
      keys.put(tag, key);
      assertEquals(
          key, tag.startsWith("eval/") ? tag.replace('/', '_') : tag.replaceFirst(".*?/", ""));
    }
    assertEquals(12, keys.size(), "all but step, time and lists");
  }

  @Test
  void whatAKilledDriverWasPublishingIsDeletedAtTheNextStart() throws IOException {
    log.add(row(1, 4));
    log.publish();
    Path whole = files().get(0);
    String name = "." + whole.getFileName() + ".staged-3f2b8c1e-6a70-4f0e-9a52-0d1c2b3a4f5e";
    Files.write(whole.resolveSibling(name), new byte[] {1});

    TensorBoardLog.deleteStaged(new Storage(new Configuration()), run.toString());

    assertEquals(List.of(whole), files());
  }
}
