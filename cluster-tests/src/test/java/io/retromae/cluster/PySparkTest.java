package io.retromae.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stages of Spark ML in a PySpark of its own, which gets the shipped jar and the Python file
 * alone. {@code -Dretromae.pyspark.python=PATH} names a Python with PySpark of the line that is
 * built.
 */
@EnabledIfSystemProperty(named = PySparkTest.PYTHON, matches = ".+")
class PySparkTest {
  static final String PYTHON = "retromae.pyspark.python";

  private static final String MODEL =
      Path.of(System.getProperty("finetune.golden.dir")).resolve("tiny").toString();

  @TempDir private Path folder;

  private Child python(String script, String... arguments) throws IOException {
    String python = System.getProperty(PYTHON);
    List<String> command = new ArrayList<>();
    command.addAll(List.of(python, SparkHome.ROOT.resolve(script).toString()));
    command.addAll(List.of(arguments));
    Map<String, String> environment =
        Map.of(
            "PYTHONPATH", SparkHome.ROOT.resolve("python").toString(),
            "PYSPARK_PYTHON", python,
            "SPARK_HOME", home(python).toString());
    return Child.start(script, folder, environment, command);
  }

  /** PySpark's own home under another name, as workers leave their folders in it. */
  private Path home(String python) throws IOException {
    Path home = Files.createDirectories(folder.resolve("home"));
    Process asked =
        new ProcessBuilder(python, "-c", "import pyspark; print(*pyspark.__path__)").start();
    Path own = Path.of(new String(asked.getInputStream().readAllBytes(), UTF_8).strip());
    for (String part : List.of("bin", "jars", "python")) {
      Files.createSymbolicLink(home.resolve(part), own.resolve(part));
    }
    return home;
  }

  private static String jar() throws IOException {
    return SparkHome.shippedJar("submit", "retromae-spark_").toString();
  }

  @Test
  void stagesWorkInPipelinesOfThreadsAndAreSavedAndLoaded() throws Exception {
    assertAllPassed("local[2]");
  }

  @Test
  void executorsLoadModelAndLibrariesFromTheJarTheyAreSent() throws Exception {
    assertAllPassed("local-cluster[2,1,1024]");
  }

  private void assertAllPassed(String master) throws Exception {
    String check = "cluster-tests/src/test/python/check_stages.py";
    String work = folder.resolve("work").toString();
    try (Child child =
        python(check, "--jar", jar(), "--model", MODEL, "--master", master, "--work", work)) {
      assertEquals("all checks passed", child.done().await("all checks passed").group());
    }
  }

  @Test
  void exampleOfTheDocumentationRuns() throws Exception {
    String saved = folder.resolve("saved").toString();
    try (Child child = python("examples/pyspark_embedding.py", jar(), MODEL, saved)) {
      child.done().await("prediction");
    }
  }
}
