package io.retromae.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that the jars bundle is named with its licence, and the texts travel along. */
class ThirdPartyTest {
  private static final Path ROOT = Path.of(System.getProperty("retromae.root"));
  private static final Pattern ARTIFACT =
      Pattern.compile("META-INF/maven/([^/]+)/([^/]+)/pom\\.properties");

  /** Not every artifact has a pom in its jar, but all have classes: whose those of a folder are. */
  private static final Map<String, String> OWNERS =
      Map.ofEntries(
          Map.entry("io/retromae/shaded/jackson/", "com.fasterxml.jackson.core:jackson-databind"),
          Map.entry("io/retromae/shaded/snakeyaml/", "org.yaml:snakeyaml"),
          Map.entry("io/retromae/shaded/gson/", "com.google.code.gson:gson"),
          Map.entry("com/google/errorprone/", "com.google.errorprone:error_prone_annotations"),
          Map.entry("picocli/", "info.picocli:picocli"),
          Map.entry("ai/djl/", "ai.djl:api"),
          Map.entry("com/sun/jna/", "net.java.dev.jna:jna"),
          Map.entry("org/apache/hadoop/", "org.apache.hadoop:hadoop-aws"),
          Map.entry("org/apache/parquet/", "org.apache.parquet:parquet-format"),
          Map.entry("software/amazon/awssdk/", "software.amazon.awssdk:*"),
          Map.entry("software/amazon/eventstream/", "software.amazon.eventstream:eventstream"),
          Map.entry("software/amazon/s3/", "software.amazon.s3.analyticsaccelerator:*"),
          Map.entry("software/amazon/ion/", "software.amazon.ion:ion-java"),
          Map.entry("com/amazonaws/", "com.amazonaws:*"),
          Map.entry(
              "io/retromae/s3/shaded/reactivestreams/", "org.reactivestreams:reactive-streams"),
          Map.entry(
              "io/retromae/s3/shaded/cbor/",
              "com.fasterxml.jackson.dataformat:jackson-dataformat-cbor"));

  /** Texts of licences and notices by the names that projects give them. */
  private static final Pattern LEGAL_TEXT =
      Pattern.compile("(META-INF/)?[^/]*(LICENSE|LICENCE|NOTICE|COPYING|AL2\\.0|LGPL)[^/]*");

  private static final Pattern IN_THE_JAR = Pattern.compile("in the jar: ([^|(]*)");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

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

  @ParameterizedTest
  @ValueSource(strings = {"submit", "s3"})
  void everyClassIsOfANamedArtifact(String module) throws IOException {
    String named = Files.readString(ROOT.resolve("THIRD-PARTY.md"));
    TreeSet<String> nobodys = new TreeSet<>();
    try (JarFile jar = jar(module)) {
      for (String name : jar.stream().map(entry -> entry.getName()).toList()) {
        boolean ours = name.startsWith("io/retromae/") && !name.contains("/shaded/");
        boolean known =
            OWNERS.entrySet().stream()
                .filter(owner -> name.startsWith(owner.getKey()))
                .anyMatch(owner -> named.contains("`" + owner.getValue() + "`"));
        if (name.endsWith(".class") && !name.startsWith("META-INF/") && !ours && !known) {
          nobodys.add(name.substring(0, name.lastIndexOf('/') + 1));
        }
      }
    }
    assertEquals(new TreeSet<>(), nobodys);
  }

  @ParameterizedTest
  @ValueSource(strings = {"submit", "s3"})
  void textsOfTheBundledAreInTheJarsAndNamed(String module) throws IOException {
    String all = Files.readString(ROOT.resolve("THIRD-PARTY.md"));
    String section = all.split("\n## ")[module.equals("submit") ? 1 : 2];
    boolean spark35 = System.getenv("SPARK_SCALA_VERSION").equals("2.12");
    try (JarFile jar = jar(module)) {
      List<String> unnamed =
          jar.stream()
              .map(entry -> entry.getName())
              .filter(name -> LEGAL_TEXT.matcher(name).matches())
              .filter(name -> !name.matches("META-INF/(LICENSE|NOTICE)"))
              .filter(name -> !section.contains("`" + name + "`"))
              .toList();
      List<String> absent =
          IN_THE_JAR
              .matcher(section)
              .results()
              .flatMap(row -> QUOTED.matcher(row.group(1)).results())
              .map(quoted -> quoted.group(1))
              .filter(name -> jar.getEntry(name) == null)
              .toList();

      assertEquals(List.of(), unnamed);
      assertTrue(spark35 || absent.isEmpty(), absent.toString()); // the rows are of Spark 4's
    }
  }

  @ParameterizedTest
  @CsvSource({"submit, Jackson JSON processor", "s3, Apache Hadoop"})
  void noticesOfTheBundledAreJoined(String module, String words) throws IOException {
    try (JarFile jar = jar(module)) {
      byte[] notice = jar.getInputStream(jar.getEntry("META-INF/NOTICE")).readAllBytes();

      assertTrue(new String(notice, UTF_8).contains(words), words);
    }
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
