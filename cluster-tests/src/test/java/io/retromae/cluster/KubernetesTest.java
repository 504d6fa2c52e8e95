package io.retromae.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretEnvSource;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The pods that real spark-submit asks for with deploy/kubernetes; nothing runs in them. */
class KubernetesTest {
  private static final Path FILES = SparkHome.ROOT.resolve("deploy/kubernetes");
  private static final String NAMESPACE = "training";
  private static final String IMAGE = "registry.example/retromae-spark:0.1.0";

  @TempDir Path folder;

  @Test
  @EnabledIfEnvironmentVariable(
      named = "SPARK_SCALA_VERSION",
      matches = "2.13",
      disabledReason = "the server does not understand the client of Spark 3.5")
  void theDriversPodHasOurTemplateOurJarAndOurArguments() throws Exception {
    try (KubernetesApi api = new KubernetesApi()) {
      Map<String, String> environment =
          Map.of(
              "SPARK_HOME",
              SparkHome.path().toString(),
              "KUBERNETES",
              api.url(),
              "IMAGE",
              IMAGE,
              "NAMESPACE",
              NAMESPACE);
      List<String> command =
          List.of(
              FILES.resolve("pretrain.sh").toString(),
              "--conf",
              "spark.kubernetes.submission.waitAppCompletion=false");
      try (Child submit = Child.start("pretrain.sh", folder, environment, command)) {
        submit.done();
      }

      Pod driver = api.await(NAMESPACE, "driver", 1).get(0);

      assertOurs(driver, "driver");
      assertEquals("retromae-spark", driver.getSpec().getServiceAccountName());
      assertEquals(600L, driver.getSpec().getTerminationGracePeriodSeconds());
      Container container = driver.getSpec().getContainers().get(0);
      List<String> arguments = container.getArgs();
      assertEquals("driver", arguments.get(0));
      assertEquals(
          List.of(
              "local:///opt/retromae/retromae-spark.jar",
              "pretrain",
              "-c",
              "/opt/retromae/conf/retromae.yaml",
              "-c",
              "/opt/retromae/recipe/pretrain.yaml"),
          arguments.subList(arguments.size() - 6, arguments.size()));
      assertEquals("recipe", mounts(container).get("/opt/retromae/recipe"));
      assertEquals(
          "retromae-recipe",
          driver.getSpec().getVolumes().stream()
              .filter(volume -> volume.getName().equals("recipe"))
              .findFirst()
              .orElseThrow()
              .getConfigMap()
              .getName());
      // 2 GB of heap, and Spark's tenth (at least 384 MB) on top.
      assertEquals(new Quantity("2432Mi"), container.getResources().getLimits().get("memory"));
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(
      named = "SPARK_SCALA_VERSION",
      matches = "2.13",
      disabledReason = "the server does not understand the client of Spark 3.5")
  void executorsPodsHaveOurTemplateAGpuAndSharedMemory() throws Exception {
    try (KubernetesApi api = new KubernetesApi()) {
      Path script =
          SparkHome.script(
              folder.resolve("gpus.sh"), "echo '{\"name\": \"gpu\", \"addresses\": [\"0\"]}'\n");
      Retromae retromae = Retromae.bySparkSubmit("--master", "k8s://" + api.url());
      for (String property :
          List.of(
              "spark.kubernetes.namespace=" + NAMESPACE,
              "spark.kubernetes.container.image=" + IMAGE,
              "spark.kubernetes.executor.podTemplateFile=" + FILES.resolve("executor-gpu.yaml"),
              "spark.kubernetes.authenticate.executor.serviceAccountName=retromae-executor",
              "spark.executor.instances=2",
              "spark.executor.cores=8",
              "spark.task.cpus=8",
              "spark.executor.memory=4g",
              "spark.executor.memoryOverhead=6g",
              "spark.executor.resource.gpu.amount=1",
              "spark.executor.resource.gpu.vendor=nvidia.com",
              "spark.executor.resource.gpu.discoveryScript=" + script,
              "spark.task.resource.gpu.amount=1",
              "spark.decommission.enabled=true",
              "spark.kubernetes.executor.terminationGracePeriodSeconds=300",
              "spark.driver.host=127.0.0.1",
              "spark.driver.bindAddress=127.0.0.1",
              "spark.ui.enabled=false")) {
        retromae = retromae.with("--spark-conf", property);
      }
      try (Child etl = Journey.onDisk(retromae, folder).startEtl()) {
        List<Pod> executors;
        try {
          executors = api.await(NAMESPACE, "executor", 2);
        } catch (RuntimeException e) {
          throw new AssertionError(etl.output(), e);
        }

        assertEquals(2, executors.size());
        for (Pod executor : executors) {
          assertExecutor(executor);
        }
      }
    }
  }

  @Test
  void theDryRunNamesTheJarOfAnImageThatItCannotReachItself() throws Exception {
    Retromae retromae =
        Retromae.bySparkSubmit("--master", "k8s://https://nowhere:443", "--deploy-mode", "cluster")
            .withVariable("RETROMAE_JAR", "local:///opt/retromae/retromae-spark.jar")
            .with("--conf", "spark.kubernetes.container.image=" + IMAGE);

    try (Child etl = Journey.onDisk(retromae, folder).startEtl("--dry-run")) {
      String said = etl.done().output();
      assertTrue(said.contains("\n  local:///opt/retromae/retromae-spark.jar"), said);
      assertFalse(said.contains("the driver's pod will not have it"), said);
    }
  }

  @Test
  void theDryRunOfTheScriptShowsWhatItWouldSubmit() throws Exception {
    Map<String, String> environment =
        Map.of(
            "SPARK_HOME",
            SparkHome.path().toString(),
            "KUBERNETES",
            "https://nowhere.invalid:443",
            "IMAGE",
            IMAGE);
    List<String> command =
        List.of(
            FILES.resolve("pretrain.sh").toString(),
            "--dry-run",
            "--set",
            "corpus=" + Journey.undisturbedCorpus(),
            "--set",
            "init={from: null, config: {hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 2}}",
            "--set",
            "data.max_seq_length=64",
            "--output",
            folder.resolve("run").toString());
    try (Child dry = Child.start("pretrain.sh", folder, environment, command)) {
      String said = dry.done().output();

      assertTrue(said.contains("--master k8s://https://nowhere.invalid:443"), said);
      assertTrue(said.contains("spark.executor.instances=8"), "cluster.workers of recipe.yaml");
      assertTrue(said.contains("\n  local:///opt/retromae/retromae-spark.jar"), said);
      assertTrue(
          said.contains(
              "pretrain -c /opt/retromae/conf/retromae.yaml -c /opt/retromae/recipe/pretrain.yaml"),
          said);
      assertFalse(said.contains("--files"), said);
    }
  }

  private static void assertExecutor(Pod executor) {
    assertOurs(executor, "executor");
    PodSpec spec = executor.getSpec();
    assertEquals(300L, spec.getTerminationGracePeriodSeconds());
    assertEquals("retromae-executor", spec.getServiceAccountName());
    assertFalse(spec.getAutomountServiceAccountToken(), "executors ask Kubernetes for nothing");
    assertEquals("true", spec.getNodeSelector().get("nvidia.com/gpu.present"));
    assertEquals("nvidia.com/gpu", spec.getTolerations().get(0).getKey());
    Container container = spec.getContainers().get(0);
    assertEquals("shared-memory", mounts(container).get("/dev/shm"));
    Map<String, Quantity> limits = container.getResources().getLimits();
    assertEquals(new Quantity("1"), limits.get("nvidia.com/gpu"));
    assertEquals(new Quantity("10240Mi"), limits.get("memory"));
    assertTrue(
        container.getLifecycle().getPreStop().getExec().getCommand().contains("/opt/decom.sh"));
    assertTrue(
        container.getEnv().stream()
            .anyMatch(
                variable ->
                    variable.getName().equals("SPARK_LOCAL_DIRS")
                        && variable.getValue().equals("/var/data/spark-1")));
  }

  /** What driver and executors have in common: labels, users and rights, keys of the storage. */
  private static void assertOurs(Pod pod, String component) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    assertEquals("retromae-spark", labels.get("app.kubernetes.io/name"));
    assertEquals(component, labels.get("app.kubernetes.io/component"));
    assertTrue(pod.getSpec().getSecurityContext().getRunAsNonRoot());
    assertEquals(185L, pod.getSpec().getSecurityContext().getRunAsUser());
    Container container = pod.getSpec().getContainers().get(0);
    assertEquals(IMAGE, container.getImage());
    assertEquals(List.of("ALL"), container.getSecurityContext().getCapabilities().getDrop());
    assertEquals(
        new SecretEnvSource("retromae-s3", true), container.getEnvFrom().get(0).getSecretRef());
    assertEquals("spark-local-dir-1", mounts(container).get("/var/data/spark-1"));
  }

  private static Map<String, String> mounts(Container container) {
    return container.getVolumeMounts().stream()
        .collect(Collectors.toMap(VolumeMount::getMountPath, VolumeMount::getName));
  }
}
