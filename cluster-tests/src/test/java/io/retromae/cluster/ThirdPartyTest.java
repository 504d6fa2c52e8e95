package io.retromae.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that the jars bundle is named with its licence, and the texts travel along. */
class ThirdPartyTest {
  private static final Path ROOT = Path.of(System.getProperty("retromae.root"));
  private static final Pattern ARTIFACT =
      Pattern.compile("META-INF/maven/([^/]+)/([^/]+)/pom\\.properties");

  private static JarFile jar(String module) throws IOException {
    String folder =
        System.getenv("SPARK_SCALA_VERSION").equals("2.12") ? "target-spark-3.5" : "target";
    try (Stream<Path> files = Files.list(ROOT.resolve(module).resolve(folder))) {
      Path jar =
          files
              .filter(file -> file.getFileName().toString().startsWith("retromae-spark"))
              .filter(file -> file.getFileName().toString().endsWith(".jar"))
              .findFirst()
              .orElseThrow();
      return new JarFile(jar.toFile());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"submit", "s3"})
  void everyBundledArtifactIsNamed(String module) throws IOException {
    String named = Files.readString(ROOT.resolve("THIRD-PARTY.md"));
    TreeSet<String> missing = new TreeSet<>();
    try (JarFile jar = jar(module)) {
      for (String name : jar.stream().map(entry -> entry.getName()).toList()) {
        Matcher artifact = ARTIFACT.matcher(name);
        if (artifact.matches() && !artifact.group(1).equals("io.retromae")) {
          boolean known =
              named.contains("`" + artifact.group(1) + ":" + artifact.group(2) + "`")
                  || named.contains("`" + artifact.group(1) + ":*`");
          if (!known) {
            missing.add(artifact.group(1) + ":" + artifact.group(2));
          }
        }
      }
    }
    assertEquals(new TreeSet<>(), missing);
  }

  @Test
  void everyNativeLibraryForThisPlatformIsAccountedFor() throws IOException {
    String named = Files.readString(ROOT.resolve("THIRD-PARTY.md"));
    try (JarFile jar = jar("submit")) {
      List<String> libraries =
          jar.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.startsWith("pytorch/") && name.contains(".so"))
              .map(name -> name.substring(name.lastIndexOf('/') + 1))
              .toList();
      for (String library : libraries) {
        boolean torch = List.of("libtorch.so", "libtorch_cpu.so", "libc10.so").contains(library);
        assertTrue(torch || named.contains(library), library);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"submit", "s3"})
  void theTextsAreInTheJars(String module) throws IOException {
    try (JarFile jar = jar(module);
        Stream<Path> texts = Files.list(ROOT.resolve("licenses"))) {
      String named =
          new String(
              jar.getInputStream(jar.getEntry("META-INF/THIRD-PARTY.md")).readAllBytes(), UTF_8);
      for (Path text : texts.toList()) {
        String name = text.getFileName().toString();
        assertNotNull(jar.getEntry("META-INF/licenses/" + name), name);
        assertTrue(named.contains("`licenses/" + name + "`"), name + " is nobody's");
      }
    }
  }

  @Test
  void theWrapperChecksWhatItDownloads() throws IOException {
    String wrapper = Files.readString(ROOT.resolve(".mvn/wrapper/maven-wrapper.properties"));

    assertTrue(wrapper.matches("(?s).*\ndistributionSha256Sum=[0-9a-f]{64}\n.*"), wrapper);
  }
}
