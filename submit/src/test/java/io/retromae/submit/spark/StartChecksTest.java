package io.retromae.submit.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is found before Spark is started. */
class StartChecksTest {
  private static final JobDemand CORPUS =
      new JobDemand(2, 1, false, 1, "", false, 512, 1024, 384, 0, 2048);

  @AfterEach
  void noLauncher() {
    System.clearProperty(StartChecks.SPARK);
  }

  private static List<String> problems(String master, String... properties) {
    GivenProperties given =
        new GivenProperties()
            .put("spark.master", master, "--master")
            .put("spark.kubernetes.container.image", "i", "--conf");
    for (String property : properties) {
      String[] pair = property.split("=", 2);
      given.put(pair[0], pair[1], "--conf");
    }
    return StartChecks.problems(SparkSetup.of(given, CORPUS, conf -> List.of()), Map.of());
  }

  private static void assertOne(List<String> problems, String... parts) {
    assertEquals(1, problems.size(), problems.toString());
    for (String part : parts) {
      assertTrue(problems.get(0).contains(part), problems.toString());
    }
    assertEquals(1, problems.get(0).lines().count());
  }

  @ParameterizedTest
  @CsvSource({"yarn, YARN", "k8s://https://h:443, Kubernetes"})
  void aClusterThatTheEmbeddedSparkDoesNotKnowNeedsADistribution(String master, String words) {
    System.setProperty(StartChecks.SPARK, StartChecks.EMBEDDED);

    assertOne(problems(master), "--master " + master, "SPARK_HOME", words);
  }

  @Test
  void aDistributionWithoutTheClustersJarIsNamed() {
    System.setProperty(StartChecks.SPARK, "/opt/spark");

    assertOne(problems("yarn"), "SPARK_HOME = /opt/spark has no spark-yarn_*.jar");
  }

  @Test
  void aMasterThatDoesNotAnswerIsFound() throws IOException {
    String silent;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      silent = "127.0.0.1:" + socket.getLocalPort();
    }

    assertOne(problems("spark://" + silent), silent, "refused");
    assertOne(problems("spark://nohost.invalid:7077"), "nohost.invalid:7077 (unknown host)");
  }

  @Test
  void ofSeveralMastersOneIsEnough() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "spark://nohost.invalid:7077,127.0.0.1:" + socket.getLocalPort();

      assertEquals(List.of(), problems(url));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "spark.ui.port, spark.ui.enabled=true",
    "spark.driver.port, spark.ui.enabled=false",
    "spark.driver.blockManager.port, spark.ui.enabled=false"
  })
  void aPortThatIsTakenIsFoundUnlessSparkWouldFindAnother(String key, String ui)
      throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      String taken = key + "=" + socket.getLocalPort();

      assertOne(
          problems("local[2]", ui, taken, "spark.port.maxRetries=0"),
          taken.replace("=", " = "),
          "cannot listen");
      assertEquals(List.of(), problems("local[2]", ui, taken));
    }
  }

  @Test
  void withoutTheUiItsPortDoesNotMatter() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      String taken = "spark.ui.port=" + socket.getLocalPort();

      assertEquals(List.of(), problems("local[2]", taken, "spark.port.maxRetries=0"));
    }
  }

  @ParameterizedTest
  @CsvSource({"80", "70000"})
  void aPortThatSparkWouldNotTakeIsFound(String port) {
    String[] given = {"spark.ui.enabled=true", "spark.ui.port=" + port};

    assertOne(problems("local[2]", given), "spark.ui.port = " + port, "1024..65535");
  }

  @Test
  void anAddressOfAnotherMachineIsFound() {
    assertOne(
        problems("local[2]", "spark.driver.bindAddress=203.0.113.7"),
        "spark.driver.bindAddress = 203.0.113.7",
        "address of this machine");
    assertOne(problems("local[2]", "spark.driver.bindAddress=nohost.invalid"), "unknown host");
  }

  @Test
  void addressesHereDoNotMatterToADriverElsewhere() {
    String[] given = {"spark.submit.deployMode=cluster", "spark.driver.bindAddress=203.0.113.7"};

    assertEquals(List.of(), problems("yarn", given));
  }
}
