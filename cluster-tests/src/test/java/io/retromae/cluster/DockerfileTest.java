package io.retromae.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of the Dockerfile can be tried without Docker. */
class DockerfileTest {
  private static final Path FOLDER = SparkHome.ROOT.resolve("deploy/docker");

  @TempDir Path folder;

  /** Starts libtorch as a worker does; says where it was found. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] args) {
      String engine = io.retromae.training.libtorch.TorchRuntime.start(1);
      System.out.println(engine + " from " + ai.djl.pytorch.jni.LibUtils.getLibtorchPath());
    }
  }

  /** COPY lines with their build arguments' defaults, sources first. */
  private static List<String[]> copies() throws IOException {
    Map<String, String> arguments = new HashMap<>();
    Map<String, String> given = // as --build-arg, for the Spark that is tested
        Map.of("TARGET", SparkHome.BUILD_FOLDER, "SCALA", System.getenv("SPARK_SCALA_VERSION"));
    return Files.readAllLines(FOLDER.resolve("Dockerfile")).stream()
        .peek(
            line -> {
              var argument = Pattern.compile("^ARG (\\w+)=(\\S+)").matcher(line);
              if (argument.find()) {
                String name = argument.group(1);
                arguments.put(name, given.getOrDefault(name, argument.group(2)));
              }
            })
        .filter(line -> line.startsWith("COPY ") && !line.contains("--from="))
        .map(
            line -> {
              String text = line;
              for (var argument : arguments.entrySet()) {
                text = text.replace("${" + argument.getKey() + "}", argument.getValue());
              }
              return text.substring("COPY ".length()).split(" ");
            })
        .toList();
  }

  /** A tag can be moved; stages of the file itself have names without a colon. */
  @Test
  void everyBaseImageIsNamedByDigest() throws IOException {
    Pattern argument = Pattern.compile("^ARG SPARK_IMAGE=\\S+@sha256:[0-9a-f]{64}$");
    List<String> lines = Files.readAllLines(FOLDER.resolve("Dockerfile"));

    assertTrue(lines.stream().anyMatch(line -> argument.matcher(line).find()), lines.toString());
    for (String line : lines) {
      if (line.startsWith("FROM ")) {
        String image = line.split(" ")[1];
        boolean named = image.equals("${SPARK_IMAGE}") || !image.contains(":");
        assertTrue(named || image.contains("@sha256:"), line);
      }
    }
  }

  @Test
  void whatIsCopiedIsThereAndNotIgnored() throws IOException {
    List<String> kept =
        Files.readAllLines(FOLDER.resolve("Dockerfile.dockerignore")).stream()
            .filter(line -> line.startsWith("!"))
            .map(line -> line.substring(1))
            .toList();

    assertFalse(copies().isEmpty());
    for (String[] copy : copies()) {
      String source = copy[0];
      assertTrue(Files.exists(SparkHome.ROOT.resolve(source)), source);
      assertTrue(
          kept.stream()
              .anyMatch(
                  pattern ->
                      java.nio.file.FileSystems.getDefault()
                          .getPathMatcher("glob:" + pattern)
                          .matches(Path.of(source))),
          source);
    }
  }

  @Test
  void whatManifestsNameIsInTheImage() throws IOException {
    List<String> inImage = copies().stream().map(copy -> copy[1]).toList();
    String submit = Files.readString(Manifests.FOLDER.resolve("pretrain.sh"));
    String operator = Files.readString(Manifests.FOLDER.resolve("sparkapplication.yaml"));

    for (String text : List.of(submit, operator)) {
      assertTrue(text.contains("local:///opt/retromae/retromae-spark.jar"), text);
      assertTrue(text.contains("/opt/retromae/conf/retromae.yaml"), text);
    }
    assertTrue(inImage.contains("/opt/retromae/retromae-spark.jar"), inImage.toString());
    assertTrue(inImage.contains("/opt/retromae/conf"), inImage.toString());
  }

  @Test
  void libtorchIsFoundWhereTheImageHasItUnpacked() throws Exception {
    unpack("cpu");
    List<String> before = files();

    try (Child probe = probe(Map.of("DJL_CACHE_DIR", folder.toString()))) {
      probe.await("PyTorch.* from " + Pattern.quote(folder.toString()));
      probe.done();
    }

    assertEquals(before, files());
  }

  @Test
  void aLibtorchFromElsewhereNeedsOnlyDjlsLibrary() throws Exception {
    unpack("cpu");
    Path elsewhere = folder.resolve("libtorch");
    Path unpacked = folder.resolve(files().get(0)).getParent();
    Files.move(unpacked, elsewhere);
    // As for cu128, which cannot be loaded without CUDA.
    Path cache = Files.createDirectories(folder.resolve("pytorch/2.7.1-cpu-linux-x86_64"));
    String library = "0.36.0-libdjl_torch.so";
    Files.move(elsewhere.resolve(library), cache.resolve(library));
    unpack("cu128");
    assertTrue(Files.exists(folder.resolve("pytorch/2.7.1-cu128-linux-x86_64/" + library)));

    try (Child probe =
        probe(
            Map.of(
                "DJL_CACHE_DIR",
                folder.toString(),
                "PYTORCH_LIBRARY_PATH",
                elsewhere.toString(),
                "PYTORCH_VERSION",
                "2.7.1",
                "PYTORCH_FLAVOR",
                "cpu"))) {
      probe.await("PyTorch.* from " + Pattern.quote(elsewhere.toString()));
      probe.done();
    }
  }

  private void unpack(String flavour) throws IOException, InterruptedException {
    Path jar = SparkHome.ROOT.resolve(copies().get(0)[0]);
    try (Child unpack =
        Child.start(
            "unpack-libtorch.sh",
            folder,
            Map.of(),
            List.of(
                FOLDER.resolve("unpack-libtorch.sh").toString(),
                jar.toString(),
                folder.toString(),
                flavour))) {
      unpack.done();
    }
  }

  private Child probe(Map<String, String> environment) throws IOException {
    return Child.start(
        "probe",
        folder,
        environment,
        List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Probe.class.getName()));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return List.copyOf(
          new TreeSet<>(
              all.filter(Files::isRegularFile)
                  .map(file -> folder.relativize(file).toString())
                  .toList()));
    }
  }
}
