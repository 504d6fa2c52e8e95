package io.retromae.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The shipped jars beside a distribution's: nothing is there twice, nothing is missing. Against a
 * real distribution by {@code -Dretromae.spark.home=DIR}.
 */
class JarTest {
  /** The jars, with the references that nothing there answers and why nothing needs them. */
  private enum Shipped {
    MAIN(
        "submit",
        "retromae-spark_",
        "com.google.errorprone.", // gson: annotations for a compiler
        "org.apache.spark.ml."), // the stages; distributions have it, the tests' own does not
    S3(
        "s3",
        "retromae-spark-s3_",
        "software.amazon.awssdk.crt.", // a second client, in C
        "software.amazon.encryption.", // fs.s3a.encryption.algorithm = CSE-KMS, CSE-CUSTOM
        "software.amazon.awssdk.services.kms.", // the same
        "software.amazon.awssdk.s3accessgrants.", // fs.s3a.s3accessgrants.enabled
        "software.amazon.awssdk.thirdparty.org.apache.http.", // the bundle's; Hadoop tries both
        "software.amazon.s3.shaded.com.google.errorprone.", // annotations for a compiler
        "org.apache.hc.", // httpclient 5, of another HTTP client of the SDK
        "com.amazonaws.", // providers of credentials for SDK 1, on SDK 2
        "org.checkerframework.",
        "javax.annotation.", // annotations for a compiler
        "io.netty.handler.codec.http2.", // 3.5: not used by SDK 1
        "javax.xml.bind.", // 3.5: SDK 1 asks whether it is there; the distribution has it
        "org.joda.convert.",
        "org.wildfly.openssl."); // fs.s3a.ssl.channel.mode = openssl

    private final String module;
    private final String name;
    private final List<String> unanswered;

    Shipped(String module, String name, String... unanswered) {
      this.module = module;
      this.name = name;
      this.unanswered = List.of(unanswered);
    }

    Path path() throws IOException {
      return SparkHome.shippedJar(module, name);
    }
  }

  private static final Pattern MISSING = Pattern.compile("\\S+\\s+-> (\\S+)\\s+not found");

  private static List<Path> distribution;
  private static Set<String> distributed;

  @BeforeAll
  static void readDistribution() throws IOException {
    try (Stream<Path> jars = Files.list(SparkHome.path().resolve("jars"))) {
      distribution = jars.filter(jar -> jar.toString().endsWith(".jar")).sorted().toList();
    }
    distributed = new HashSet<>();
    for (Path jar : distribution) {
      distributed.addAll(names(jar, name -> name.endsWith(".class")));
    }
  }

  private static List<String> names(Path jar, Predicate<String> wanted) throws IOException {
    List<String> names = new ArrayList<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      Enumeration<JarEntry> entries = file.entries();
      while (entries.hasMoreElements()) {
        String name = entries.nextElement().getName();
        if (wanted.test(name)) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private static boolean isClass(String name) {
    return name.endsWith(".class") && !name.startsWith("META-INF/");
  }

  private static String packages(Collection<String> classes) {
    return classes.stream()
        .map(name -> name.substring(0, Math.max(0, name.lastIndexOf('/'))))
        .collect(Collectors.toCollection(TreeSet::new))
        .toString();
  }

  @ParameterizedTest
  @EnumSource
  void noClassIsAlsoInTheDistribution(Shipped shipped) throws IOException {
    List<String> both = names(shipped.path(), name -> isClass(name) && distributed.contains(name));

    assertEquals(List.of(), both, () -> "of packages " + packages(both));
  }

  @Test
  void noClassIsInBothJars() throws IOException {
    Set<String> main = new HashSet<>(names(Shipped.MAIN.path(), JarTest::isClass));

    assertEquals(List.of(), names(Shipped.S3.path(), name -> isClass(name) && main.contains(name)));
  }

  @ParameterizedTest
  @EnumSource
  void nothingThatIsReferredToIsMissing(Shipped shipped) throws IOException {
    assertFalse(missing(shipped, List.of()).isEmpty(), "without a distribution Spark is missing");
    assertEquals(Set.of(), missing(shipped, distribution));
    assertEquals(Set.of(), missing(shipped, embedded()), "with the embedded Spark");
  }

  /** What submit/retromae puts on the class path where there is no distribution. */
  private static List<Path> embedded() throws IOException {
    Path folder = Shipped.MAIN.path().getParent();
    return Stream.of(Files.readString(folder.resolve("spark.classpath")).strip().split(":"))
        .map(folder::resolve)
        .toList();
  }

  /** What jdeps finds in neither the jar nor the others, but for what nothing needs. */
  private static Set<String> missing(Shipped shipped, List<Path> others) throws IOException {
    StringWriter out = new StringWriter();
    PrintWriter printer = new PrintWriter(out);
    String path = others.stream().map(Path::toString).collect(Collectors.joining(":"));
    List<String> words = new ArrayList<>(List.of("--multi-release", "17", "--missing-deps"));
    if (!path.isEmpty()) {
      words.addAll(List.of("-cp", path));
    }
    words.add(shipped.path().toString());
    ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();

    assertEquals(0, jdeps.run(printer, printer, words.toArray(String[]::new)), out::toString);

    return MISSING
        .matcher(out.toString())
        .results()
        .map(found -> found.group(1))
        .filter(name -> shipped.unanswered.stream().noneMatch(name::startsWith))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @EnumSource
  void everyServiceThatIsNamedIsThere(Shipped shipped) throws IOException {
    Set<String> own = new HashSet<>(names(shipped.path(), JarTest::isClass));
    List<String> absent = new ArrayList<>();
    try (JarFile jar = new JarFile(shipped.path().toFile())) {
      for (String file :
          names(shipped.path(), n -> n.startsWith("META-INF/services/") && !n.endsWith("/"))) {
        try (InputStream in = jar.getInputStream(jar.getEntry(file))) {
          new String(in.readAllBytes(), UTF_8)
              .lines()
              .map(line -> line.replaceAll("#.*", "").strip())
              .filter(line -> !line.isEmpty())
              .filter(line -> !own.contains(line.replace('.', '/') + ".class"))
              .forEach(line -> absent.add(file + ": " + line));
        }
      }
    }

    assertEquals(List.of(), absent);
  }

  @ParameterizedTest
  @EnumSource
  void entriesAreUniqueUnsignedAndLicensed(Shipped shipped) throws IOException {
    List<String> all = names(shipped.path(), name -> true);

    assertEquals(all.size(), new HashSet<>(all).size(), "an entry is there twice");
    assertFalse(all.stream().anyMatch(name -> name.matches("META-INF/[^/]*\\.(SF|RSA|DSA|EC)")));
    assertTrue(all.contains("META-INF/LICENSE"), "no licence");
    assertTrue(all.contains("META-INF/NOTICE"), "no notice");
  }
}
