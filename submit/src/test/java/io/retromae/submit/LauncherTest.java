package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script submit/retromae, with a Spark that only says what it was called with. */
class LauncherTest {
  private static final Path ROOT = Path.of(System.getProperty("retromae.root"));

  @TempDir Path folder;

  private Path spark;
  private Path jar;

  private record Result(int code, List<String> words, String err) {}

  @BeforeEach
  void makeASpark() throws IOException {
    spark = folder.resolve("spark");
    jar = folder.resolve("retromae-spark_2.13-0.1.0.jar");
    Files.createDirectories(spark.resolve("bin"));
    Files.createDirectories(spark.resolve("jars"));
    Files.createFile(spark.resolve("jars/scala-library-2.13.18.jar"));
    Files.createFile(jar);
    Files.createFile(spark.resolve("jars/spark-yarn_2.13-4.2.0.jar"));
    Files.createFile(spark.resolve("jars/spark-kubernetes_2.13-4.2.0.jar"));
    Path submit = spark.resolve("bin/spark-submit");
    Files.writeString(
        submit,
        "#!/bin/sh\nprintf '%s\\n' \"$@\"\necho \"locale=$LC_ALL $(locale charmap)\"\n"
            + "echo \"opts=$SPARK_SUBMIT_OPTS\"\nexit 4\n");
    assertTrue(submit.toFile().setExecutable(true));
  }

  private Result launch(Map<String, String> environment, String... words)
      throws IOException, InterruptedException {
    return launch(environment, ROOT.resolve("submit/retromae"), words);
  }

  private Result launch(Map<String, String> environment, Path script, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", script.toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("SPARK_HOME", spark.toString());
    builder.environment().put("RETROMAE_JAR", jar.toString());
    builder.environment().put("RETROMAE_S3_JAR", "");
    builder.environment().put("HADOOP_CONF_DIR", folder.toString());
    builder.environment().putAll(environment);
    Path err = folder.resolve("err");
    Process process = builder.redirectError(err.toFile()).start();
    String out =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new Result(process.waitFor(), out.lines().toList(), Files.readString(err));
  }

  @Test
  void sparksOptionsGoBeforeTheJarAndOursBehindIt() throws Exception {
    Result result =
        launch(
            Map.of(),
            "-q",
            "pretrain",
            "--master=yarn",
            "--spark-conf",
            "a=b c",
            "--set",
            "x=1",
            "--queue",
            "q",
            "--properties-file",
            "p.conf",
            "-c",
            "my.yaml");

    List<String> expected =
        List.of(
            "--class",
            "io.retromae.submit.Main",
            "--master",
            "yarn",
            "--conf",
            "a=b c",
            "--queue",
            "q",
            "--properties-file",
            "p.conf",
            "--driver-memory",
            "2g",
            jar.toString(),
            "-q",
            "pretrain",
            "--set",
            "x=1",
            "-c",
            "my.yaml");
    assertEquals(expected, result.words().subList(0, expected.size()));
    assertEquals(4, result.code(), "spark-submit's exit code arrives");
  }

  @ParameterizedTest
  @ValueSource(strings = {"quickstart", "etl", "pretrain", "vocab", "embed", "evaluate", "mine"})
  void whatComputesOnSparkIsStartedBySparkSubmit(String command) throws Exception {
    assertEquals(4, launch(Map.of(), command, "--master", "yarn").code());
  }

  @Test
  void theDriversHeapIsGivenOnce() throws Exception {
    Files.writeString(folder.resolve("p.conf"), "# comment\nspark.driver.memory 5g\n");

    assertEquals("2g", heap(Map.of(), "etl"));
    assertEquals("3g", heap(Map.of("RETROMAE_HEAP", "3g"), "etl"));
    assertEquals("4g", heap(Map.of("RETROMAE_HEAP", "3g"), "etl", "--driver-memory=4g"));
    assertEquals("", heap(Map.of(), "etl", "--properties-file", "p.conf"));
    assertEquals("", heap(Map.of("RETROMAE_HEAP", "3g"), "etl", "--properties-file=p.conf"));
    assertEquals("", heap(Map.of(), "etl", "--conf", "spark.driver.memory=6g"));
    Files.createDirectories(spark.resolve("conf"));
    Files.writeString(spark.resolve("conf/spark-defaults.conf"), "spark.driver.memory=7g\n");
    assertEquals("", heap(Map.of(), "etl"));
  }

  /** What --driver-memory says, in all that are there. */
  private String heap(Map<String, String> environment, String... words) throws Exception {
    List<String> given = launch(environment, words).words();
    return IntStream.range(1, given.size())
        .filter(i -> given.get(i - 1).equals("--driver-memory"))
        .mapToObj(given::get)
        .collect(Collectors.joining(","));
  }

  @Test
  void clusterModeCountsWhereverItIsSaid() throws Exception {
    Files.writeString(folder.resolve("my.yaml"), "output: o\n");
    Files.writeString(folder.resolve("p.conf"), "spark.submit.deployMode=cluster\n");

    for (String[] said :
        new String[][] {
          {"--deploy-mode", "cluster"},
          {"--conf", "spark.submit.deployMode=cluster"},
          {"--properties-file", "p.conf"}
        }) {
      List<String> words = launch(Map.of(), "etl", said[0], said[1], "-c", "my.yaml").words();

      assertEquals("my.yaml", words.get(words.indexOf("--files") + 1), words.toString());
    }
  }

  @Test
  void listsThatPropertiesGiveAreKept() throws Exception {
    Path s3 = Files.createFile(folder.resolve("s3.jar"));
    Files.createDirectories(spark.resolve("conf"));
    Files.writeString(
        spark.resolve("conf/spark-defaults.conf"), "spark.jars  /opt/l.jar,/m.jar \n");
    Map<String, String> environment = Map.of("RETROMAE_S3_JAR", s3.toString());

    List<String> words = launch(environment, "etl", "--output", "s3a://b/o").words();
    List<String> over =
        launch(environment, "etl", "--output", "s3a://b/o", "--conf", "spark.jars=/n.jar").words();

    assertEquals("/opt/l.jar,/m.jar," + s3, words.get(words.indexOf("--jars") + 1));
    assertEquals("/n.jar," + s3, over.get(over.indexOf("--jars") + 1));
  }

  @Test
  void whatAnImageHasIsNotUploaded() throws Exception {
    Path s3 = Files.createFile(folder.resolve("s3.jar"));
    Map<String, String> image =
        Map.of(
            "RETROMAE_S3_JAR",
            s3.toString(),
            "RETROMAE_JAR",
            "local:///opt/retromae/retromae-spark.jar");

    List<String> words =
        launch(image, "etl", "--output=s3a://b/o", "--master=k8s://h", "--deploy-mode=cluster")
            .words();

    assertFalse(words.contains("--jars"), words.toString());
    assertTrue(words.contains("local:///opt/retromae/retromae-spark.jar"), words.toString());
  }

  @Test
  void aFolderWithABlankStaysOneWordForSpark() throws Exception {
    Path tree = folder.resolve("my tree");
    Files.createDirectories(tree.resolve("submit"));
    Files.copy(ROOT.resolve("submit/retromae"), tree.resolve("submit/retromae"));

    List<String> words = launch(Map.of(), tree.resolve("submit/retromae"), "etl").words();

    String options = words.get(words.size() - 1);
    assertTrue(
        options.endsWith(" \"-Dlog4j2.configurationFile=" + tree + "/conf/log4j2.properties\""),
        options);
  }

  @Test
  void inClusterModeConfigurationTravelsAndLogsAreSparks() throws Exception {
    Files.createDirectories(folder.resolve("conf"));
    Files.writeString(folder.resolve("conf/my.yaml"), "output: o\n");

    List<String> words =
        launch(Map.of(), "etl", "--deploy-mode", "cluster", "-c", "conf/my.yaml").words();

    assertEquals("conf/my.yaml", words.get(words.indexOf("--files") + 1));
    assertEquals("my.yaml", words.get(words.indexOf("-c") + 1));
    assertEquals("opts=", words.get(words.size() - 1));
  }

  @Test
  void inClientModeOnlyOurLinesAreShownUnlessLoggingIsConfigured() throws Exception {
    List<String> quiet = launch(Map.of(), "etl").words();
    Files.createDirectories(spark.resolve("conf"));
    Files.createFile(spark.resolve("conf/log4j2.properties"));
    List<String> own = launch(Map.of(), "etl").words();

    assertTrue(quiet.get(quiet.size() - 1).contains("conf/log4j2.properties"), quiet.toString());
    assertEquals("opts=", own.get(own.size() - 1));
  }

  @Test
  void theJarForS3TravelsWhereS3IsNamedAndSparkHasNone() throws Exception {
    Path s3 = folder.resolve("s3.jar");
    Files.createFile(s3);
    Files.writeString(folder.resolve("s3.yaml"), "output: s3a://bucket/x\n");
    Map<String, String> environment = Map.of("RETROMAE_S3_JAR", s3.toString());

    List<String> byArgument = launch(environment, "etl", "--output", "s3a://b/x").words();
    List<String> byFile = launch(environment, "etl", "-c", "s3.yaml", "--jars", "a.jar").words();
    List<String> without = launch(environment, "etl", "--output", "out").words();
    Files.createFile(spark.resolve("jars/hadoop-aws-3.5.0.jar"));
    List<String> hasOwn = launch(environment, "etl", "--output", "s3a://b/x").words();

    assertEquals(s3.toString(), byArgument.get(byArgument.indexOf("--jars") + 1));
    assertEquals("a.jar," + s3, byFile.get(byFile.indexOf("--jars") + 1));
    assertFalse(without.contains("--jars"));
    assertFalse(hasOwn.contains("--jars"));
  }

  @Test
  void aJarForTheOtherSparkIsRefusedWithTheMend() throws Exception {
    Files.delete(spark.resolve("jars/scala-library-2.13.18.jar"));
    Files.createFile(spark.resolve("jars/scala-library-2.12.18.jar"));

    Result result = launch(Map.of(), "etl");

    assertEquals(2, result.code());
    assertTrue(result.err().contains("is built for Scala 2.13"), result.err());
    assertTrue(result.err().contains("-Pspark-3.5"), result.err());
  }

  @Test
  void aSparkHomeThatIsNoneIsRefused() throws Exception {
    Result result = launch(Map.of("SPARK_HOME", folder.toString()), "etl");

    assertEquals(2, result.code());
    assertTrue(result.err().contains("has no bin/spark-submit"), result.err());
  }

  @Test
  void anOptionWithoutItsValueIsRefused() throws Exception {
    Result result = launch(Map.of(), "etl", "--master");

    assertEquals(2, result.code());
    assertTrue(result.err().contains("--master needs a value"), result.err());
  }

  @Test
  void inClusterModeFilesOfOneNameAreRefused() throws Exception {
    for (String name : List.of("a", "b")) {
      Files.createDirectories(folder.resolve(name));
      Files.writeString(folder.resolve(name + "/my.yaml"), "output: o\n");
    }

    Result result =
        launch(Map.of(), "etl", "--deploy-mode=cluster", "-c", "a/my.yaml", "-c", "b/my.yaml");

    assertEquals(2, result.code());
    assertTrue(result.err().contains("another -c file is called my.yaml"), result.err());
  }

  @Test
  void inClusterModeOnlyConfigurationIsNamedBare() throws Exception {
    Files.createDirectories(folder.resolve("a b"));
    Files.writeString(folder.resolve("a b/my.yaml"), "output: o\n");

    List<String> words =
        launch(
                Map.of(),
                "etl",
                "--deploy-mode",
                "cluster",
                "--config=a b/my.yaml",
                "--output",
                "a b/my.yaml")
            .words();

    assertEquals("a b/my.yaml", words.get(words.indexOf("--files") + 1));
    assertTrue(words.contains("--config=my.yaml"), words.toString());
    assertEquals("a b/my.yaml", words.get(words.indexOf("--output") + 1));
  }

  @Test
  void whatIsMissingIsNamed() throws Exception {
    Result noJar = launch(Map.of("RETROMAE_JAR", "/nowhere/retromae-spark_2.13-1.jar"), "etl");
    Result noJava = launch(Map.of("JAVA_HOME", "/nowhere"), "etl", "--dry-run");

    assertEquals(2, noJar.code());
    assertTrue(
        noJar.err().contains("/nowhere/retromae-spark_2.13-1.jar: no such file"), noJar.err());
    assertEquals(2, noJava.code());
    assertTrue(noJava.err().contains("Java 17 or newer is needed"), noJava.err());
  }

  /** Runs the launcher by a script of its own, as this JVM's locale may not know the words. */
  private Result launchWords(Map<String, String> environment, String words) throws Exception {
    Path run = folder.resolve("run.sh");
    String line = "exec bash '%s' %s".formatted(ROOT.resolve("submit/retromae"), words);
    Files.writeString(run, line, StandardCharsets.UTF_8);
    return launch(environment, run);
  }

  /** A locale(1) of a machine that has one locale, and no other. */
  private Map<String, String> onlyLocale(String charmap) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path locale = Files.writeString(bin.resolve("locale"), "#!/bin/sh\necho " + charmap + "\n");
    assertTrue(locale.toFile().setExecutable(true));
    return Map.of("PATH", bin + ":" + System.getenv("PATH"), "LC_ALL", "POSIX");
  }

  private static String locale(Result result) {
    return result.words().stream()
        .filter(word -> word.startsWith("locale="))
        .findFirst()
        .orElse("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POSIX", "C", "xx_XX.UTF-8", ""})
  void aLocaleThatHasOnlyAsciiIsReplaced(String given) throws Exception {
    Result result = launch(Map.of("LC_ALL", given, "LANG", ""), "etl");

    assertTrue(locale(result).endsWith(" UTF-8"), result.words().toString());
  }

  @Test
  void anotherLocaleStays() throws Exception {
    assertEquals("locale=POSIX GBK", locale(launch(onlyLocale("GBK"), "etl")));
  }

  @Test
  void whereNoLocaleHasUtf8OnlyWhatNeedsItIsRefused() throws Exception {
    Map<String, String> ascii = onlyLocale("ANSI_X3.4-1968");

    Result refused = launchWords(ascii, "etl --output 输出");

    assertEquals(2, refused.code());
    assertEquals(1, refused.err().lines().count(), refused.err());
    assertTrue(refused.err().contains("'POSIX' has ASCII only"), refused.err());
    assertEquals(4, launchWords(ascii, "etl --output out").code());
  }

  /** A tree as a build leaves it, and a Java that only says what it was called with. */
  private Path builtTree(String name) throws IOException {
    Path tree = folder.resolve(name);
    Path target = Files.createDirectories(tree.resolve("submit/target"));
    Files.copy(ROOT.resolve("submit/retromae"), tree.resolve("submit/retromae"));
    Files.createFile(target.resolve("retromae-spark_2.13-0.1.0.jar"));
    Files.createDirectories(target.resolve("spark"));
    Files.createFile(target.resolve("spark/a.jar"));
    Files.createFile(target.resolve("spark/b.jar"));
    Files.writeString(target.resolve("spark.classpath"), "spark/a.jar:spark/b.jar");
    return tree;
  }

  private Map<String, String> fakeJava(String sparkHome) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("java/bin"));
    Path java =
        Files.writeString(
            bin.resolve("java"),
            "#!/bin/sh\n[ \"$1\" != -version ] || { echo 'openjdk version \"17.0.1\"'; exit; }\n"
                + "printf '%s\\n' \"$@\"\n");
    assertTrue(java.toFile().setExecutable(true));
    return Map.of(
        "JAVA_HOME",
        folder.resolve("java").toString(),
        "SPARK_HOME",
        sparkHome,
        "RETROMAE_JAR",
        "",
        "HADOOP_CONF_DIR",
        "");
  }

  @Test
  void theEmbeddedSparkIsTheTreesOwnWhereverTheTreeLies() throws Exception {
    Path tree = builtTree("a copy");

    List<String> words = launch(fakeJava(""), tree.resolve("submit/retromae"), "etl").words();

    String target = tree + "/submit/target";
    assertEquals(
        "%1$s/retromae-spark_2.13-0.1.0.jar:%1$s/spark/a.jar:%1$s/spark/b.jar".formatted(target),
        words.get(words.indexOf("-cp") + 1));
    assertTrue(words.contains("-Dretromae.spark=embedded"), words.toString());
  }

  @Test
  void aTreeThatIsNotWholeIsRefusedWithTheMend() throws Exception {
    Path tree = builtTree("tree");
    Files.delete(tree.resolve("submit/target/spark/b.jar"));

    Result result = launch(fakeJava(""), tree.resolve("submit/retromae"), "etl");

    assertEquals(2, result.code());
    assertTrue(result.err().contains("spark/b.jar: of the embedded Spark"), result.err());
    assertTrue(result.err().contains("./mvnw -DskipTests package"), result.err());
  }

  @Test
  void aFolderThatNoClassPathCanNameIsRefused() throws Exception {
    Path tree = builtTree("a:b");

    Result result = launch(fakeJava(""), tree.resolve("submit/retromae"), "etl");

    assertEquals(2, result.code());
    assertTrue(result.err().contains("has a ':'"), result.err());
  }

  @Test
  void whatSparkSubmitWouldThrowAtOnceOurOwnCheckIsAskedAbout() throws Exception {
    Path launcher = builtTree("tree").resolve("submit/retromae");
    Map<String, String> java = new HashMap<>(fakeJava(spark.toString()));
    java.put("HADOOP_CONF_DIR", "");
    java.put("YARN_CONF_DIR", "");
    Files.delete(spark.resolve("jars/spark-yarn_2.13-4.2.0.jar"));
    Files.delete(spark.resolve("jars/spark-kubernetes_2.13-4.2.0.jar"));
    for (String master : List.of("yarn", "k8s://https://h:443", "sprak://h:1")) {
      List<String> words = launch(java, launcher, "etl", "--master", master).words();

      assertTrue(words.contains("-Dretromae.spark=" + spark), words.toString());
    }
    Files.createFile(spark.resolve("jars/spark-yarn_2.13-4.2.0.jar"));
    assertEquals(0, launch(java, launcher, "etl", "--master", "yarn").code(), "no HADOOP_CONF_DIR");
    java.put("HADOOP_CONF_DIR", "/etc/hadoop/conf");
    assertEquals(4, launch(java, launcher, "etl", "--master", "yarn").code(), "spark-submit");
    java.put("HADOOP_CONF_DIR", "");
    Files.createDirectories(spark.resolve("conf"));
    Files.writeString(
        spark.resolve("conf/spark-env.sh"), "export HADOOP_CONF_DIR='/etc/had oop/conf'\n");
    assertEquals(4, launch(java, launcher, "etl", "--master", "yarn").code(), "its own file");
  }

  @Test
  void inClusterModeTheDriversLocaleTravels() throws Exception {
    String[] given = {"etl", "--deploy-mode=cluster", "--master", "yarn"};
    String[] other = Arrays.copyOf(given, 6);
    other[4] = "--conf";
    other[5] = "spark.yarn.appMasterEnv.LC_ALL=de_DE.UTF-8";

    List<String> words = launch(Map.of(), given).words();
    List<String> own = launch(Map.of(), other).words();

    assertTrue(words.contains("spark.yarn.appMasterEnv.LC_ALL=C.UTF-8"), words.toString());
    assertFalse(own.contains("spark.yarn.appMasterEnv.LC_ALL=C.UTF-8"), own.toString());
  }

  /** CentOS 7 has en_US.UTF-8 and no C.UTF-8. */
  @Test
  void whereThisHostLacksTheUsualLocaleExecutorsGetItsOwn() throws Exception {
    Map<String, String> centos = new HashMap<>(onlyLocale("ANSI_X3.4-1968"));
    Files.writeString(
        folder.resolve("bin/locale"),
        "#!/bin/sh\n[ \"$LC_ALL\" = en_US.UTF-8 ] && echo UTF-8 || echo ANSI_X3.4-1968\n");
    centos.put("SPARK_CONF_DIR", folder.toString());
    String yarn = "etl --master yarn";

    List<String> client = launchWords(centos, yarn).words();
    List<String> cluster = launchWords(centos, yarn + " --deploy-mode cluster").words();
    List<String> own = launchWords(centos, yarn + " --conf spark.executorEnv.LC_ALL=x").words();
    List<String> pods = launchWords(centos, "etl --master k8s://https://h").words();

    assertTrue(client.contains("spark.executorEnv.LC_ALL=en_US.UTF-8"), client.toString());
    assertTrue(cluster.contains("spark.executorEnv.LC_ALL=en_US.UTF-8"), cluster.toString());
    assertTrue(cluster.contains("spark.yarn.appMasterEnv.LC_ALL=en_US.UTF-8"), cluster.toString());
    assertFalse(own.contains("spark.executorEnv.LC_ALL=en_US.UTF-8"), own.toString());
    assertFalse(pods.toString().contains("executorEnv"), "an image has its own: " + pods);
  }

  @Test
  void aLinkToTheScriptWorks() throws Exception {
    Path link = folder.resolve("retromae");
    Files.createSymbolicLink(link, ROOT.resolve("submit/retromae"));
    ProcessBuilder builder = new ProcessBuilder("bash", link.toString(), "etl");
    builder.environment().put("SPARK_HOME", spark.toString());
    builder.environment().put("RETROMAE_JAR", jar.toString());
    builder.environment().remove("HOME");
    Process process = builder.redirectErrorStream(true).start();

    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(4, process.waitFor(), out);
    assertTrue(out.contains(ROOT.resolve("conf/log4j2.properties").toString()), out);
  }
}
