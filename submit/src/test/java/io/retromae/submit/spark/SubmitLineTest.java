package io.retromae.submit.spark;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SubmitLineTest {
  private static final JobDemand DEMAND =
      new JobDemand(2, 2, true, 1, "threads", false, 512, 300, 450, 1000, 2048);

  private static SubmitLine line(GivenProperties given, String... arguments) {
    return new SubmitLine(
        SparkSetup.of(given, DEMAND, conf -> List.of()),
        DEMAND,
        new SubmitLine.Program(
            "/opt/spark/bin/spark-submit",
            "/opt/retromae.jar",
            List.of("/opt/s3.jar"),
            Optional.of(Path.of("my.conf")),
            Set.of("my.conf"),
            List.of("conf/a b.yaml"),
            List.of("--proxy-user", "eve"),
            List.of(arguments)));
  }

  private static GivenProperties cluster() {
    return new GivenProperties()
        .put("spark.master", "yarn", "--master")
        .put("spark.submit.deployMode", "cluster", "--deploy-mode");
  }

  @Test
  void wordsAreQuotedForAShell() {
    String shell =
        line(
                cluster().put("spark.yarn.queue", "it's mine", "--queue"),
                "pretrain",
                "--set",
                "inputs=[{path: a}]")
            .shell();

    assertTrue(shell.contains("--conf 'spark.yarn.queue=it'\\''s mine'"), shell);
    assertTrue(shell.contains("'inputs=[{path: a}]'"), shell);
  }

  @Test
  void inClusterModeConfigurationFilesTravelAndAreNamedBare() {
    String shell = line(cluster(), "pretrain", "-c", "conf/a b.yaml").shell();

    assertTrue(shell.contains("--files 'conf/a b.yaml'"), shell);
    assertTrue(shell.contains("pretrain -c 'a b.yaml'"), shell);
    String other =
        line(cluster(), "pretrain", "-c=conf/a b.yaml", "--output", "x/conf/a b.yaml").shell();
    assertTrue(other.contains("'-c=a b.yaml' --output 'x/conf/a b.yaml'"), other);
    String client =
        line(new GivenProperties().put("spark.master", "yarn", ""), "-c", "conf/a b.yaml").shell();
    assertFalse(client.contains("--files"), client);
    assertTrue(client.contains("-c 'conf/a b.yaml'"), client);
  }

  @Test
  void whatSparkReadsByItselfIsNotRepeated() {
    String shell = line(cluster().put("spark.executor.cores", "3", "my.conf"), "pretrain").shell();

    assertTrue(shell.contains("--properties-file my.conf"), shell);
    assertFalse(shell.contains("spark.executor.cores"), shell);
    assertTrue(shell.contains("--jars /opt/s3.jar"), shell);
    assertTrue(shell.contains("--proxy-user eve"), shell);
  }

  @Test
  void secretsAreLeftOut() {
    String shell =
        line(
                cluster()
                    .put("spark.hadoop.fs.s3a.secret.key", "hush1", "--conf")
                    .put("spark.hadoop.fs.s3a.access.key", "hush2", "--conf")
                    .put("spark.authenticate.secret", "hush3", "--conf")
                    .put("spark.ssl.keyStorePassword", "hush4", "--conf"),
                "pretrain",
                "--set",
                "corpus=s3a://me:hush5@bucket/x",
                "--set",
                "logging.api_token=hush6")
            .shell();

    assertFalse(shell.contains("hush"), shell);
    assertTrue(shell.contains("'spark.authenticate.secret=<redacted>'"), shell);
  }
}
