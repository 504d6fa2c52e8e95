package io.retromae.pretrain.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.config.ConfigLoader;
import io.retromae.core.output.OutputMode;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.training.worker.LocalCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run whose driver is killed and started again, and whose MLflow server is killed and started
 * again, as MLflow and TensorBoard themselves show it. {@code -Dretromae.mlflow.python=PATH} names
 * a Python with mlflow and tensorboard.
 */
@EnabledIfSystemProperty(named = TrackersTest.PYTHON, matches = ".+")
class TrackersTest {
  static final String PYTHON = "retromae.mlflow.python";

  private static final int STEPS = 400;
  private static final int SAVE_STEPS = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private int port;

  /** The driver. */
  static final class Driver {
    private Driver() {}

    /** Trains in a folder, tracked by a server. */
    public static void main(String[] args) throws IOException {
      List<String> settings = new ArrayList<>(PretrainJobTest.settings(Path.of(args[0]), "run"));
      settings.addAll(
          List.of(
              "schedule.max_steps=" + STEPS,
              "checkpoint.save_steps=" + SAVE_STEPS,
              "evaluation.eval_steps=50",
              "evaluation.holdout_shards=1",
              "cluster.workers=1",
              "logging.mlflow.uri=" + args[1],
              "logging.mlflow.tags={team: search}"));
      var config = ConfigLoader.load(PretrainConfig.class, List.of(), settings);
      try (var spark = new JavaSparkContext(LocalCluster.conf("local[2]"))) {
        new PretrainJob(spark, config, System.out::println).run(OutputMode.RESUME);
      }
    }
  }

  /** A process whose output is read to its end, and that ends with those that it started. */
  private static final class Child {
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final Thread reader = new Thread(this::read);
    private final String mark;
    private final CountDownLatch seen = new CountDownLatch(1);

    /**
     * Starts it.
     *
     * @param mark part of a line that is waited for
     */
    Child(List<String> command, String mark) throws IOException {
      this.mark = mark;
      this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
      reader.start();
    }

    private void read() {
      try (BufferedReader in = process.inputReader()) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          synchronized (lines) {
            lines.add(line);
          }
          if (line.contains(mark)) {
            seen.countDown();
          }
        }
      } catch (IOException e) {
        process.destroyForcibly(); // the stream breaks by a kill only
      }
      seen.countDown();
    }

    Child awaitMark() throws InterruptedException {
      seen.await();
      return this;
    }

    /** Waits for its end. */
    List<String> lines() throws InterruptedException {
      reader.join();
      return List.copyOf(lines);
    }

    /** Kills it with -9. */
    void kill() throws InterruptedException {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      reader.join();
    }
  }

  private Child server() throws Exception {
    String store = "sqlite:///" + folder.resolve("mlflow.db");
    return new Child(
            List.of(
                System.getProperty(PYTHON),
                "-m",
                "mlflow",
                "server",
                "--host=127.0.0.1",
                "--port=" + port,
                "--workers=1",
                "--backend-store-uri=" + store,
                "--artifacts-destination=" + folder.resolve("artifacts")),
            "Application startup complete")
        .awaitMark();
  }

  private Child driver(String mark) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--add-opens") || flag.startsWith("-Dai.djl"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Driver.class.getName()));
    command.addAll(List.of(folder.toString(), "http://127.0.0.1:" + port));
    return new Child(command, mark);
  }

  /** What the trackers' own readers find. */
  private JsonNode found() throws Exception {
    Path script = folder.resolve("trackers.py");
    try (InputStream in = getClass().getResourceAsStream("trackers.py")) {
      Files.write(script, in.readAllBytes());
    }
    String link = Files.readString(folder.resolve("run/mlflow.json"));
    Process reader =
        new ProcessBuilder(
                System.getProperty(PYTHON),
                script.toString(),
                "http://127.0.0.1:" + port,
                JSON.readTree(link).get("run_id").asText(),
                folder.resolve("run/tensorboard").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return JSON.readTree(new String(reader.getInputStream().readAllBytes(), UTF_8));
  }

  /** Steps and values of each number in metrics.jsonl, by key. */
  private Map<String, List<String>> logged() throws IOException {
    Map<String, List<String>> points = new TreeMap<>();
    for (String line : Files.readAllLines(folder.resolve("run/metrics.jsonl"))) {
      JsonNode row = JSON.readTree(line);
      row.properties()
          .forEach(
              field -> {
                boolean number = field.getValue().isNumber() && !field.getKey().equals("step");
                if (number && !row.has("event")) {
                  points
                      .computeIfAbsent(field.getKey(), key -> new ArrayList<>())
                      .add(row.get("step").asLong() + " " + field.getValue().asDouble());
                }
              });
    }
    return points;
  }

  private static List<String> steps(JsonNode points) {
    List<String> steps = new ArrayList<>();
    points.forEach(point -> steps.add(point.get(0).asText()));
    return steps;
  }

  private static List<String> steps(List<String> points) {
    return points.stream().map(point -> point.replaceFirst(" .*", "")).toList();
  }

  @Test
  void aKilledRunShowsOneCurveWithoutGapInMlflowAndTensorBoard() throws Exception {
    TestCorpus.write(folder.resolve("corpus"), 600);
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = any.getLocalPort();
    }
    Child server = server();
    try {
      driver("step=170 ").awaitMark().kill();
      JsonNode before = found().get("metrics").get("loss");
      System.out.printf("driver killed: %d steps in MLflow%n", before == null ? 0 : before.size());
      Child resumed = driver("step=220 ").awaitMark();
      server.kill();
      server = server();
      List<String> story = resumed.lines();
      story.stream().filter(line -> line.contains("mlflow")).forEach(System.out::println);

      JsonNode found = found();

      assertEquals(1, found.get("runs").asInt());
      assertEquals("FINISHED", found.get("status").asText());
      assertEquals("search", found.get("tags").get("team").asText());
      assertEquals("100", found.get("params").get("checkpoint.save_steps").asText());
      Map<String, List<String>> logged = logged();
      assertEquals(STEPS, logged.get("loss").size());
      assertTrue(logged.containsKey("eval_loss"), logged.keySet().toString());
      TreeSet<String> tags = new TreeSet<>();
      for (Map.Entry<String, List<String>> key : logged.entrySet()) {
        String name = key.getKey();
        assertEquals(steps(key.getValue()), steps(found.get("metrics").get(name)), name);
        String tag = tag(found.get("scalars"), name);
        tags.add(tag);
        assertEquals(steps(key.getValue()), steps(found.get("scalars").get(tag)), tag);
      }
      assertEquals(logged.size(), found.get("metrics").size());
      assertEquals(logged.size(), found.get("scalars").size());
      assertEquals(logged.size(), tags.size());
      List<String> losses = new ArrayList<>();
      found
          .get("metrics")
          .get("loss")
          .forEach(p -> losses.add(p.get(0).asText() + " " + p.get(1).asText()));
      assertEquals(logged.get("loss"), losses);
      assertEquals(
          Files.readString(folder.resolve("run/config.yaml")),
          Files.readString(Path.of(found.get("artifacts").get("config.yaml").asText())));
      assertTrue(
          found.get("artifacts").has("report/report.html"), found.get("artifacts").toString());
      assertTrue(found.get("artifacts").has("export/README.md"), found.get("artifacts").toString());
      assertTrue(found.get("settings").get(0).asText().contains("    save_steps: 100"));
      assertEquals("0.005", number(found.get("hparams").get("optimizer.learning_rate").asText()));
      assertTrue(found.get("session_metrics").asInt() >= logged.size());
      assertEquals("STATUS_SUCCESS", found.get("session_status").get(0).asText());
    } finally {
      server.kill();
    }
  }

  private static String number(String value) {
    return value.replaceAll("[^0-9.]", "");
  }

  private static String tag(JsonNode scalars, String key) {
    List<String> tags = new ArrayList<>();
    scalars.fieldNames().forEachRemaining(tags::add);
    String eval = key.replaceFirst("^eval_", "eval/");
    return tags.stream()
        .filter(tag -> tag.equals(eval) || tag.matches("(train|time|memory)/" + key))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no tag of " + key + " in " + tags));
  }
}
