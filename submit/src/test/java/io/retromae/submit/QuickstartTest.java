package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The quickstart in a source tree of its own, as a process, since its paths are those of the folder
 * it is started in. Corpus and trainings are cut short.
 */
class QuickstartTest {
  private static final Path ROOT = Path.of(System.getProperty("retromae.root"));

  @TempDir Path tree;

  @BeforeEach
  void cutShort() throws IOException {
    Files.createDirectories(tree.resolve("conf"));
    Files.createSymbolicLink(tree.resolve("examples"), ROOT.resolve("examples"));
    String etl = shipped("quickstart-etl.yaml");
    etl = etl.substring(0, etl.indexOf("hold_out:")) + etl.substring(etl.indexOf("packing:"));
    etl = replaced(etl, "  - {path: \"examples/pile/*.jsonl.zst\", format: pile}\n", "");
    write("quickstart-etl.yaml", replaced(etl, "wudao/*.json", "wudao/part-202102.json"));
    String pretrain = shipped("quickstart-pretrain.yaml");
    pretrain = pretrain.substring(0, pretrain.indexOf("evaluation:"));
    write("quickstart-pretrain.yaml", replaced(pretrain, "max_steps: 150", "max_steps: 2"));
    String finetune = shipped("finetune-quickstart.yaml");
    write("finetune-quickstart.yaml", replaced(finetune, "max_steps: 40", "max_steps: 8"));
  }

  private static String shipped(String name) throws IOException {
    return Files.readString(ROOT.resolve("conf").resolve(name));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(tree.resolve("conf").resolve(name), text);
  }

  private static String replaced(String text, String part, String by) {
    assertTrue(text.contains(part), part + " in " + text);
    return text.replace(part, by);
  }

  /** What it prints if it ends well. */
  private String quickstart(String... more) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--add-opens") || flag.startsWith("-D"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Main.class.getName(), "quickstart", "--master", "local[2]"));
    command.addAll(List.of(more));
    Process process =
        new ProcessBuilder(command).directory(tree.toFile()).redirectErrorStream(true).start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(ExitCode.DONE, process.waitFor(), said);
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void itEndsWithARetrieverThatIsBetterThanWhatItBeganWith() throws Exception {
    String said = quickstart();

    assertTrue(said.contains("tuned    out/quickstart/finetune/export"), said);
    Path tuned = tree.resolve("out/quickstart/finetune");
    List<JsonNode> evaluated = new ArrayList<>();
    for (String line : Files.readAllLines(tuned.resolve("metrics.jsonl"))) {
      JsonNode row = new ObjectMapper().readTree(line);
      if (row.has("eval_loss")) {
        evaluated.add(row);
      }
    }
    assertEquals(List.of(0L, 8L), evaluated.stream().map(r -> r.get("step").asLong()).toList());
    double before = evaluated.get(0).get("eval_loss").asDouble();
    double after = evaluated.get(1).get("eval_loss").asDouble();
    assertTrue(after < before, before + " to " + after);
    assertTrue(Files.exists(tuned.resolve("export/model.safetensors")));
    String config = Files.readString(tuned.resolve("config.yaml"));
    assertTrue(config.contains("from: out/quickstart/run/export"), config);
  }

  @Test
  void aDryRunTellsWhatFineTuningTakesToo() throws Exception {
    String plan = quickstart("--dry-run");

    for (String part :
        List.of(
            "inputs of finetune\n",
            "init     from out/quickstart/run/export, which is still to be made",
            "lines in 2 data sets",
            "memory of pretrain\n",
            "memory of finetune\n",
            "time of finetune\n",
            "and evaluated 2 times, ")) {
      assertTrue(plan.contains(part), part + " in " + plan);
    }
    assertFalse(Files.exists(tree.resolve("out")), "nothing is touched");
  }
}
