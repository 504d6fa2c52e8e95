package io.retromae.submit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.storage.Storage;
import io.retromae.embed.report.JsonReader;
import io.retromae.etl.report.EtlReport;
import io.retromae.submit.spark.SparkOptions;
import io.retromae.training.report.RunReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The page of what a job made. */
@Command(
    name = "report",
    description =
        "HTML page of a training run (also of one that goes on), a corpus or an evaluation; of"
            + " several training runs, a page that compares them.",
    mixinStandardHelpOptions = true)
final class ReportCommand extends JobCommand {
  private static final String JSON = "report/report.json";

  @Parameters(
      index = "0..*",
      arity = "1..*",
      paramLabel = "DIR",
      description = "Folders of jobs: output of pretrain, finetune, etl or evaluate.")
  private List<String> folders;

  ReportCommand(Console console) {
    super(console);
  }

  @Override
  Set<String> uses(Set<String> declared) {
    return Set.of("--output");
  }

  @Override
  Optional<OutputWords> outputWords() {
    return Optional.of(
        new OutputWords(
            "FILE",
            "File to write; else report/report.html in DIR, or report/comparison.html in the first"
                + " of several."));
  }

  @Override
  SparkOptions.Use sparkUse() {
    return SparkOptions.Use.STORAGE;
  }

  @Override
  int execute() {
    Storage storage = storage();
    List<String> all =
        folders.stream().map(folder -> folder.replaceFirst("(?<=.)/+$", "")).toList();
    String name = all.size() == 1 ? RunReport.PAGE : "comparison.html";
    String file = output().orElse(all.get(0) + "/" + RunReport.FOLDER + "/" + name);
    if (all.size() == 1 && output().isEmpty() && RunReport.isRun(storage, all.get(0))) {
      RunReport.write(storage, all.get(0), Instant.now()); // its JSON, too
    } else {
      String page = all.size() == 1 ? page(storage, all.get(0)) : comparison(storage, all);
      storage.publish(file, page.getBytes(UTF_8));
    }
    console().result("report in " + file);
    return ExitCode.DONE;
  }

  private static String page(Storage storage, String folder) {
    if (RunReport.isRun(storage, folder)) {
      return RunReport.page(storage, folder, Instant.now());
    }
    String file = folder + "/" + JSON;
    JsonNode report =
        storage.readIfThere(file).map(json -> parsed(file, json)).orElseThrow(() -> none(folder));
    if (report.has("competitors")) {
      return io.retromae.embed.report.HtmlReport.of(JsonReader.read(file, report.toString()));
    }
    if (report.has("stages")) {
      OutputFolder corpus = new OutputFolder(storage, folder, List.of());
      return io.retromae.etl.report.HtmlReport.of(corpus.readReport(JSON, EtlReport.class));
    }
    throw none(folder);
  }

  private static JsonNode parsed(String file, byte[] json) {
    try {
      return new ObjectMapper().readTree(new String(json, UTF_8));
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(file + ": not a report: " + e.getOriginalMessage(), e);
    }
  }

  private static String comparison(Storage storage, List<String> folders) {
    for (String folder : folders) {
      if (!RunReport.isRun(storage, folder)) {
        throw new ConfigException(
            folder
                + ": not a training run (no metrics.jsonl, no checkpoints); only those are compared, make a page of it alone");
      }
    }
    return RunReport.comparison(storage, folders, Instant.now());
  }

  private static ConfigException none(String folder) {
    return new ConfigException(
        folder
            + ": no training run (metrics.jsonl, checkpoints), and no corpus or evaluation with "
            + JSON
            + "; name the output folder of pretrain, finetune, etl or evaluate");
  }
}
