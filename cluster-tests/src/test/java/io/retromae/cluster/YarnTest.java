package io.retromae.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private static ApplicationReport lastApplication() throws Exception {
    var all = cluster.applications();
    return all.get(all.size() - 1);
  }

  @Test
  void withTheDriverHereRawTextBecomesAModelThoughAnExecutorIsKilled() throws Exception {
    Journey journey = journey("client", "client");
    try (Child etl = journey.startEtl()) {
      etl.done();
    }
    try (Child pretrain = journey.startPretrain()) {
      pretrain.await("^step=5 ");
      Child.signal(YarnCluster.executors().get(0), "KILL");
      pretrain.done();
      assertTrue(pretrain.output().contains("event=executor_lost"), pretrain.output());
    }
    journey.assertSameBytes();
  }

  @Test
  void withTheDriverInTheClusterTheSameModelIsMade() throws Exception {
    Journey journey = journey("cluster", "cluster");
    try (Child etl = journey.startEtl()) {
      assertEquals(0, etl.exitCode(), () -> etl.output() + lastLogs());
    }
    try (Child pretrain = journey.startPretrain()) {
      assertEquals(0, pretrain.exitCode(), () -> pretrain.output() + lastLogs());
    }
    assertEquals(FinalApplicationStatus.SUCCEEDED, lastApplication().getFinalApplicationStatus());
    journey.assertSameBytes();
  }

  private static String lastLogs() {
    try {
      return "\n" + cluster.logs(lastApplication());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
