package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With which settings of glibc the script submit/retromae starts a job. */
class LauncherMemoryTest {
  private static final Path LAUNCHER =
      Path.of(System.getProperty("retromae.root")).resolve("submit/retromae");

  @TempDir Path spark;

  @BeforeEach
  void makeASparkThatTells() throws IOException {
    Files.createDirectories(spark.resolve("bin"));
    Files.createDirectories(spark.resolve("jars"));
    Files.createFile(spark.resolve("jars/scala-library-2.13.18.jar"));
    Files.createFile(spark.resolve("retromae-spark_2.13-0.1.0.jar"));
    Path submit = spark.resolve("bin/spark-submit");
    Files.writeString(submit, "#!/bin/sh\necho \"[$GLIBC_TUNABLES]\"\n");
    assertTrue(submit.toFile().setExecutable(true));
  }

  @ParameterizedTest
  @CsvSource({
    "pretrain, , [glibc.malloc.tcache_count=0]",
    "quickstart, , [glibc.malloc.tcache_count=0]",
    "embed, , [glibc.malloc.tcache_count=0]",
    "evaluate, , [glibc.malloc.tcache_count=0]",
    "mine, , [glibc.malloc.tcache_count=0]",
    "etl, , []",
    "pretrain, glibc.malloc.hugetlb=1, [glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=0]",
    "pretrain, glibc.malloc.tcache_count=7, [glibc.malloc.tcache_count=7]",
    "etl, glibc.malloc.hugetlb=1, [glibc.malloc.hugetlb=1]"
  })
  void whatComputesByLibtorchRunsWithoutTheCacheUnlessTheUserSaysOtherwise(
      String command, String given, String expected) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(List.of("bash", LAUNCHER.toString(), command));
    builder.directory(spark.toFile()).redirectErrorStream(true);
    builder.environment().put("SPARK_HOME", spark.toString());
    builder
        .environment()
        .put("RETROMAE_JAR", spark.resolve("retromae-spark_2.13-0.1.0.jar").toString());
    builder.environment().put("RETROMAE_S3_JAR", "");
    builder.environment().remove("GLIBC_TUNABLES");
    Optional.ofNullable(given)
        .ifPresent(value -> builder.environment().put("GLIBC_TUNABLES", value));

    Process process = builder.start();
    byte[] said = process.getInputStream().readAllBytes();

    assertEquals(0, process.waitFor());
    assertEquals(expected, new String(said, StandardCharsets.UTF_8).strip());
  }
}
