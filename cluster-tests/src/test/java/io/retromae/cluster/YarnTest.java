package io.retromae.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** YARN, by spark-submit, with an archive of Spark's jars as deploy/yarn makes it. */
class YarnTest {
  /** Of two cores, compilers and collectors of several JVMs would take a large part. */
  private static final String QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  @TempDir static Path folder;
  private static YarnCluster cluster;
  private static Path archive;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    cluster = YarnCluster.start(folder);
    archive = folder.resolve("spark-jars.zip");
    ProcessBuilder pack =
        new ProcessBuilder(
            SparkHome.ROOT.resolve("deploy/yarn/make-archive.sh").toString(), archive.toString());
    pack.environment().put("SPARK_HOME", SparkHome.path().toString());
    assertEquals(0, pack.inheritIO().start().waitFor());
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static Journey journey(String name, String deployMode) throws IOException {
    String cache = System.getenv("DJL_CACHE_DIR");
    Retromae retromae =
        Retromae.bySparkSubmit("--master", "yarn")
            .withVariable("HADOOP_CONF_DIR", cluster.configurationFolder().toString());
    for (String property :
        new String[] {
          "spark.submit.deployMode=" + deployMode,
          "spark.yarn.archive=" + archive.toUri(),
          "spark.yarn.stagingDir=" + folder.resolve("staging").toUri(),
          "spark.yarn.maxAppAttempts=1",
          "spark.yarn.am.memory=512m",
          "spark.driver.memory=900m",
          "spark.executor.instances=2",
          "spark.executor.memory=900m",
          "spark.executor.cores=1",
          "spark.authenticate=true",
          "spark.network.crypto.enabled=true",
          "spark.ui.enabled=false",
          "spark.driver.extraJavaOptions=" + QUICK_START,
          "spark.executor.extraJavaOptions=" + QUICK_START,
          "spark.yarn.am.extraJavaOptions=" + QUICK_START,
          "spark.yarn.appMasterEnv.SPARK_LOCAL_IP=127.0.0.1",
          "spark.executorEnv.SPARK_LOCAL_IP=127.0.0.1",
          "spark.yarn.appMasterEnv.DJL_CACHE_DIR=" + cache,
          "spark.executorEnv.DJL_CACHE_DIR=" + cache,
        }) {
      retromae = retromae.with("--spark-conf", property);
    }
    return Journey.onDisk(retromae, Files.createDirectories(folder.resolve(name)));
  }

  @Test
  void inBothDeployModesRawTextBecomesTheModelThoughAnExecutorIsKilled() throws Exception {
    String jar = SparkHome.shippedJar("submit", "retromae-spark_").getFileName().toString();
    int cachedBefore = cluster.cached(jar).size();
    Journey inCluster = journey("cluster", "cluster");
    try (Child etl = inCluster.startEtl()) {
      assertEquals(0, etl.exitCode(), () -> etl.output() + logs());
    }
    assertSucceeded();
    try (Child pretrain = inCluster.startPretrain()) {
      assertEquals(0, pretrain.exitCode(), () -> pretrain.output() + logs());
    }
    assertSucceeded();
    inCluster.assertSameBytes();
    // Two applications, each with a driver and two executors on this host: the jar came twice.
    assertEquals(cachedBefore + 2, cluster.cached(jar).size());

    Journey here = journey("client", "client");
    copy(folder.resolve("cluster/corpus"), folder.resolve("client/corpus"));
    try (Child pretrain = here.startPretrain()) {
      pretrain.await("^step=5 ");
      Child.signal(YarnCluster.executors().get(0), "KILL");
      pretrain.done();
      assertEquals(1, pretrain.linesWith("event=failure ").size(), pretrain.output());
    }
    here.assertSameBytes();
  }

  @Test
  void withTheDriverHereItsExitCodeIsOurs() throws Exception {
    Journey journey = journey("refused", "client");
    try (Child etl = journey.startEtl("--set", "packing.max_seq_length=-1")) {
      assertEquals(2, etl.exitCode(), etl::output);
    }
  }

  @Test
  void withTheDriverThereItsProblemIsTheApplicationsDiagnosis() throws Exception {
    Journey journey = journey("refused there", "cluster");
    try (Child etl = journey.startEtl("--set", "packing.max_seq_length=-1")) {
      assertEquals(1, etl.exitCode(), etl::output);
    }
    String diagnosis = newestApplication().getDiagnostics();
    assertTrue(diagnosis.contains("exit code 2"), diagnosis);
    assertTrue(diagnosis.contains("packing.max_seq_length = -1"), diagnosis);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static ApplicationReport newestApplication() throws Exception {
    List<ApplicationReport> all = cluster.applications();
    return all.get(all.size() - 1);
  }

  private static void assertSucceeded() throws Exception {
    assertEquals(FinalApplicationStatus.SUCCEEDED, newestApplication().getFinalApplicationStatus());
  }

  private static String logs() {
    try {
      return "\n" + cluster.logs(newestApplication());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
