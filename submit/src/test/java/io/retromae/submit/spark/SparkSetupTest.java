package io.retromae.submit.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparkSetupTest {
  private static final String IMAGE = "spark.kubernetes.container.image=i";
  private static final String K8S = "k8s://https://h:443";

  /** A training of 8 workers, 2 cores, 300 MiB of heap and 1,000 MiB outside it each. */
  private static JobDemand training(boolean gpu) {
    return new JobDemand(8, 8, true, 2, "threads", gpu, 512, 300, 450, 1000, 2048);
  }

  private static JobDemand corpus() {
    return new JobDemand(100, 1, false, 2, "any", false, 512, 1024, 384, 0, 2048);
  }

  private static GivenProperties given(String master, String... properties) {
    GivenProperties given = new GivenProperties().put("spark.master", master, "--master");
    for (String property : properties) {
      int equals = property.indexOf('=');
      given.put(property.substring(0, equals), property.substring(equals + 1), "--conf");
    }
    return given;
  }

  private static SparkSetup setup(JobDemand demand, String master, String... properties) {
    return SparkSetup.of(given(master, properties), demand, conf -> List.of());
  }

  private static List<String> problems(JobDemand demand, String master, String... properties) {
    return assertThrows(ConfigException.class, () -> setup(demand, master, properties)).problems();
  }

  private static void assertOneProblem(List<String> problems, String... parts) {
    assertEquals(1, problems.size(), problems.toString());
    for (String part : parts) {
      assertTrue(problems.get(0).contains(part), problems.get(0));
    }
  }

  @Test
  void aTrainingIsSizedByItsWorkers() {
    SparkConf yarn = setup(training(false), "yarn").conf();

    assertEquals("2", yarn.get("spark.task.cpus"));
    assertEquals("2", yarn.get("spark.executor.cores"));
    assertEquals("8", yarn.get("spark.executor.instances"));
    assertEquals("1024m", yarn.get("spark.executor.memory"));
    assertEquals("1664m", yarn.get("spark.executor.memoryOverhead"), "1.1 x 1450, by 128");
    assertEquals("false", yarn.get("spark.dynamicAllocation.enabled"));
    assertFalse(yarn.contains("spark.cores.max"));
    assertFalse(yarn.contains("spark.executor.resource.gpu.amount"));
    assertEquals(
        "glibc.malloc.tcache_count=0", yarn.get("spark.executorEnv.GLIBC_TUNABLES"), "flat memory");
  }

  @ParameterizedTest
  @CsvSource({
    "glibc.malloc.hugetlb=1, glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=0",
    "glibc.malloc.tcache_count=7, glibc.malloc.tcache_count=7",
    "a=1:glibc.malloc.tcache_count=0, a=1:glibc.malloc.tcache_count=0",
  })
  void tunablesThatAreGivenAreKeptAndOursStandBehindThem(String given, String all) {
    SparkSetup setup = setup(training(false), "yarn", "spark.executorEnv.GLIBC_TUNABLES=" + given);

    assertEquals(all, setup.conf().get("spark.executorEnv.GLIBC_TUNABLES"));
    assertEquals(all, SparkSizing.withoutCache(given), "the driver's own variable, too");
    assertTrue(setup(corpus(), "yarn").ours().stream().noneMatch(p -> p.value().contains("glibc")));
  }

  @Test
  void kryoGivesWayToJavasSerializerAndThatIsSaid() {
    String java = "org.apache.spark.serializer.JavaSerializer";
    String kryo = "org.apache.spark.serializer.KryoSerializer";
    SparkSetup setup = setup(corpus(), "yarn", "spark.serializer=" + kryo);

    assertEquals(java, setup.conf().get("spark.serializer"));
    assertEquals(1, setup.warnings().size(), setup.warnings().toString());
    String warning = setup.warnings().get(0);
    assertTrue(warning.contains("spark.serializer = " + kryo + " (--conf)"), warning);
    assertTrue(warning.contains(java), warning);
    SparkSetup same = setup(corpus(), "yarn", "spark.serializer=" + java);
    assertEquals(List.of(), same.warnings());
    assertFalse(setup(corpus(), "yarn").conf().contains("spark.serializer"), "Spark's default");
  }

  @Test
  void standaloneCountsCores() {
    SparkConf conf = setup(training(false), "spark://h:7077").conf();

    assertEquals("16", conf.get("spark.cores.max"));
    assertFalse(conf.contains("spark.executor.instances"));
  }

  @Test
  void whatIsGivenWinsAndTheRestFollowsFromIt() {
    SparkConf conf =
        setup(training(false), "yarn", "spark.executor.cores=8", "spark.executor.memory=9g").conf();

    assertEquals("8", conf.get("spark.executor.cores"));
    assertEquals("2", conf.get("spark.executor.instances"), "four workers in each");
    assertEquals("9g", conf.get("spark.executor.memory"));
    assertEquals("4992m", conf.get("spark.executor.memoryOverhead"), "1.1 x (450 + 4 x 1000)");
  }

  @Test
  void everyPropertyOfOursHasAReason() {
    SparkSetup setup = setup(training(true), "spark://h:7077");

    setup.ours().forEach(p -> assertFalse(p.reason().isBlank(), p.key()));
    setup.ours().forEach(p -> assertTrue(SparkKeys.known(p.key()), p.key()));
    setup.ours().forEach(p -> assertTrue(SparkKeys.refusal(p.key(), p.value()).isEmpty(), p.key()));
  }

  @Test
  void gpusAreAskedForWhereTheJobNeedsThem() {
    SparkConf standalone = setup(training(true), "spark://h:7077").conf();
    SparkConf k8s =
        setup(training(true), K8S, IMAGE, "spark.executor.resource.gpu.discoveryScript=/x.sh")
            .conf();

    assertEquals("1", standalone.get("spark.executor.resource.gpu.amount"));
    assertEquals("1", standalone.get("spark.task.resource.gpu.amount"));
    assertEquals("nvidia.com", k8s.get("spark.executor.resource.gpu.vendor"));
  }

  @Test
  void tasksThatNeedNotRunAtOnceGetAGpuEachToo() {
    JobDemand embedding = new JobDemand(8, 1, false, 1, "one GPU", true, 512, 300, 450, 1000, 2048);

    SparkConf conf = setup(embedding, "spark://h:7077").conf();

    assertEquals("1", conf.get("spark.task.resource.gpu.amount"));
    assertEquals("1", conf.get("spark.executor.cores"));
    assertTrue(conf.get("spark.executorEnv.GLIBC_TUNABLES").contains("tcache_count=0"));
  }

  @Test
  void gpusWithoutAddressesAreRefused() {
    assertOneProblem(
        problems(training(true), "yarn"), "compute.device = cuda", "YARN", "discoveryScript");
    assertOneProblem(
        problems(training(true), "spark://h:7077", "spark.executor.resource.gpu.amount=0"),
        "compute.device = cuda",
        "no GPU address from Spark",
        "spark.executor.resource.gpu.amount = 0");
    assertOneProblem(
        problems(
            training(true),
            "spark://h:7077",
            "spark.executor.resource.gpu.amount=2",
            "spark.task.resource.gpu.amount=2"),
        "spark.task.resource.gpu.amount = 2",
        "cluster.workers");
  }

  @Test
  void aCorpusJobTakesAnyNumberOfExecutors() {
    SparkConf yarn = setup(corpus(), "yarn").conf();
    SparkConf standalone = setup(corpus(), "spark://h:7077").conf();
    SparkConf dynamic = setup(corpus(), "yarn", "spark.dynamicAllocation.enabled=true").conf();

    assertEquals("16", yarn.get("spark.executor.instances"));
    assertEquals("2560m", yarn.get("spark.executor.memory"), "512 + 2 x 1024");
    assertFalse(standalone.contains("spark.cores.max"), "all there are");
    assertFalse(dynamic.contains("spark.executor.instances"), "Spark decides");
    assertFalse(yarn.contains("spark.barrier.sync.timeout"));
  }

  @Test
  void tasksThatNoExecutorHoldsAreRefused() {
    List<String> problems =
        problems(training(false), "yarn", "spark.task.cpus=4", "spark.executor.cores=2");

    assertTrue(problems.get(0).contains("spark.task.cpus = 4"), problems.toString());
    assertTrue(problems.get(0).contains("spark.executor.cores = 2"), problems.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "yarn, spark.executor.instances=2, 'the settings give 2 (2 executors x 2 cores', instances",
    "spark://h:7077, spark.cores.max=4, 'the settings give 2 (2 executors x 2 cores', cores.max",
    "local[3], spark.task.cpus=1, 'local[3] has 3', '--master local[8]'"
  })
  void fewerSlotsThanWorkersAreRefused(String master, String given, String have, String mend) {
    assertOneProblem(
        problems(training(false), master, given),
        "training needs 8 free task slots at once, " + have,
        "lower cluster.workers",
        mend);
  }

  @Test
  void fewerSlotsThanWorkersAreAWarningDownToTheLeast() {
    JobDemand elastic = new JobDemand(8, 2, true, 2, "threads", false, 512, 300, 450, 1000, 2048);

    SparkSetup setup = setup(elastic, "yarn", "spark.executor.instances=4");

    assertTrue(setup.warnings().get(0).contains("starts with fewer"), setup.warnings().toString());
  }

  @Test
  void kubernetesNeedsAnImage() {
    assertOneProblem(problems(corpus(), K8S), "spark.kubernetes.container.image: not set");
  }

  @Test
  void tooLittleMemoryIsAWarning() {
    SparkSetup setup =
        setup(
            training(false),
            "yarn",
            "spark.executor.memoryOverhead=512m",
            "spark.executor.memory=600m");

    assertEquals(2, setup.warnings().size(), setup.warnings().toString());
    assertTrue(setup.warnings().get(0).contains("spark.executor.memory = 600 MiB"));
    assertTrue(setup.warnings().get(1).contains("spark.executor.memoryOverhead = 512 MiB"));
    assertTrue(setup.warnings().get(1).contains("1664 MiB"));
  }

  @Test
  void allProblemsAreToldAtOnce() {
    List<String> problems =
        problems(
            training(false),
            K8S,
            "spark.executor.memory=4x",
            "spark.barrier.sync.timeout=soon",
            "spark.executor.memroyOverhead=1g",
            "spark.speculaton=true",
            "spark.task.cpus=three",
            "spark.executor.instances=1");

    String all = String.join("\n", problems);
    for (String part :
        List.of(
            "spark.executor.memory = 4x (--conf): ",
            "spark.barrier.sync.timeout = soon",
            "did you mean 'spark.executor.memoryOverhead'?",
            "did you mean 'spark.speculation'?",
            "spark.task.cpus = three",
            "training needs 8 free task slots",
            "spark.kubernetes.container.image")) {
      assertTrue(all.contains(part), part + " in " + all);
    }
    assertEquals(7, problems.size(), all);
  }

  @Test
  void unknownPropertiesThatResembleNothingAreLeftAlone() {
    SparkConf conf =
        setup(corpus(), "yarn", "spark.mycompany.lineage=on", "spark.hadoop.fs.s3a.pathstyle=x")
            .conf();

    assertEquals("on", conf.get("spark.mycompany.lineage"));
  }

  @Test
  void aRefusedSecretIsNotRepeated() {
    List<String> problems =
        problems(corpus(), "yarn", "spark.authenticate.secretBitLength=hush-hush");

    assertFalse(String.join(" ", problems).contains("hush"), problems.toString());
  }
}
