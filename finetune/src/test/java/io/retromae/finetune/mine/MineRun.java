package io.retromae.finetune.mine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputMode;
import io.retromae.core.record.RecordFile;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.spark.LocalSpark;
import io.retromae.training.worker.JobProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** A run of the job with the recorded tiny model and settings that a test adds one by one. */
final class MineRun {
  static final Path MODEL = Path.of(System.getProperty("finetune.golden.dir"), "tiny");
  static final Storage STORAGE = new Storage(new Configuration());

  private final Path output;
  private final List<String> settings = new ArrayList<>();
  private final List<String> console = new ArrayList<>();

  private MineRun(Path output) {
    this.output = output;
    with("model=" + MODEL, "output=" + output);
  }

  static MineRun into(Path output) {
    return new MineRun(output);
  }

  MineRun input(Path path) {
    return with("inputs=['%s']".formatted(path));
  }

  /** Assignments; of two to one setting the later counts. */
  MineRun with(String... assignments) {
    settings.addAll(List.of(assignments));
    return this;
  }

  /** The run in a process of its own, which goes on with work that is there. */
  JobProcess process() {
    return new JobProcess(Resumed.class, List.copyOf(settings));
  }

  private static final class Resumed implements JobProcess.Job {
    @Override
    public void run(JavaSparkContext spark, List<String> settings) {
      MineRun run = into(Path.of("unused"));
      settings.forEach(run::with);
      run.run(spark, OutputMode.RESUME);
      SharedEncoder.closeIdle();
    }
  }

  Resolved<MiningConfig> config() {
    return ConfigLoader.load(MiningConfig.class, List.of(), settings);
  }

  MiningPlan plan() {
    return MiningPlan.of(STORAGE, config().value());
  }

  /** Runs on the Spark that tests of this JVM share; goes on with work that is there. */
  MineRun run() {
    return run(shared(), OutputMode.RESUME);
  }

  MineRun run(JavaSparkContext spark, OutputMode mode) {
    new MiningJob(spark, config(), plan(), console::add, text -> {}).run(mode);
    return this;
  }

  static JavaSparkContext shared() {
    return LocalSpark.shared();
  }

  /** What the runs said. */
  String console() {
    return String.join("\n", console);
  }

  JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(output.resolve(name).toFile());
  }

  /** Hashes of the files of lines, by the names of the inputs. */
  Map<String, String> hashes() throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    for (JsonNode file : json("_SUCCESS.json").get("files")) {
      String name = file.get("name").asText();
      hashes.put(name.split("/", 2)[1], file.get("sha256").asText());
    }
    return hashes;
  }

  /** The lines of one file, whose name ends so. */
  List<JsonNode> lines(String ending) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (JsonNode file : json("_SUCCESS.json").get("files")) {
      String name = file.get("name").asText();
      if (name.endsWith("/" + ending)) {
        try (InputStream in = RecordFile.decompressed(STORAGE, output.resolve(name).toString())) {
          String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
          for (String line : text.split("\n")) {
            lines.add(new ObjectMapper().readTree(line));
          }
        }
      }
    }
    return lines;
  }
}
