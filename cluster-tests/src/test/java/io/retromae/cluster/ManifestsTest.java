package io.retromae.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.retromae.core.config.ConfigLoader;
import io.retromae.pretrain.config.PretrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of deploy/kubernetes are Kubernetes' and agree with each other. */
class ManifestsTest {
  private static final List<String> TEMPLATES =
      List.of("driver.yaml", "executor-cpu.yaml", "executor-gpu.yaml");

  @Test
  void everyFileIsKnownToKubernetesOrItsOperator() throws IOException {
    try (Stream<java.nio.file.Path> files = Files.list(Manifests.FOLDER)) {
      List<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(n -> n.endsWith(".yaml"))
              .toList();
      for (String name : names) {
        if (!name.equals("sparkapplication.yaml")) {
          assertFalse(Manifests.resources(name).isEmpty(), name);
        }
      }
      assertTrue(names.containsAll(TEMPLATES), names.toString());
    }
  }

  @Test
  void aFieldThatKubernetesDoesNotKnowIsAnError() throws IOException {
    Map<String, Object> driver = Manifests.documents("driver.yaml").get(0);
    Manifests.mapping(driver.get("spec")).put("terminationGraceSeconds", 600);

    var failure =
        assertThrows(IllegalArgumentException.class, () -> Manifests.read(Pod.class, driver));

    assertTrue(failure.getMessage().contains("terminationGraceSeconds"), failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"driver.yaml", "executor-cpu.yaml", "executor-gpu.yaml"})
  void whatAPodMountsItHas(String file) throws IOException {
    Pod pod = Manifests.resource(file, Pod.class);
    Container container = pod.getSpec().getContainers().get(0);

    assertEquals(names(pod.getSpec().getVolumes()), mounted(container.getVolumeMounts()));
  }

  @Test
  void theNetworkPolicyHoldsForDriverAndExecutors() throws IOException {
    NetworkPolicy policy = Manifests.resource("networkpolicy.yaml", NetworkPolicy.class);
    Map<String, String> ours = policy.getSpec().getPodSelector().getMatchLabels();
    var from = policy.getSpec().getIngress().get(0).getFrom().get(0).getPodSelector();

    assertEquals(ours, from.getMatchLabels());
    assertTrue(policy.getSpec().getIngress().get(0).getPorts().isEmpty());
    for (String template : TEMPLATES) {
      Map<String, String> labels =
          Manifests.resource(template, Pod.class).getMetadata().getLabels();
      assertTrue(labels.entrySet().containsAll(ours.entrySet()), template);
    }
    for (String part : List.of("driver", "executor")) {
      Map<String, Object> labels = Manifests.mapping(operated(part).get("labels"));
      assertTrue(labels.entrySet().containsAll(ours.entrySet()), part);
    }
  }

  @Test
  void theDriversAccountIsBoundToItsRole() throws IOException {
    String account = Manifests.resource("rbac.yaml", ServiceAccount.class).getMetadata().getName();
    RoleBinding binding = Manifests.resource("rbac.yaml", RoleBinding.class);

    assertEquals(account, binding.getSubjects().get(0).getName());
    assertEquals(
        Manifests.resource("rbac.yaml", Role.class).getMetadata().getName(),
        binding.getRoleRef().getName());
    assertEquals(account, operated("driver").get("serviceAccount"));
    assertTrue(
        Files.readString(Manifests.FOLDER.resolve("pretrain.sh"))
            .contains("spark.kubernetes.authenticate.driver.serviceAccountName=" + account + "\n"));
  }

  @Test
  void executorsHaveAnAccountWithoutRightsAndNoToken() throws IOException {
    String driver = Manifests.resource("rbac.yaml", ServiceAccount.class).getMetadata().getName();
    ServiceAccount executor =
        Manifests.resources("rbac.yaml").stream()
            .filter(ServiceAccount.class::isInstance)
            .map(ServiceAccount.class::cast)
            .filter(account -> !account.getMetadata().getName().equals(driver))
            .findFirst()
            .orElseThrow();
    String name = executor.getMetadata().getName();

    assertFalse(executor.getAutomountServiceAccountToken());
    for (var resource : Manifests.resources("rbac.yaml")) {
      if (resource instanceof RoleBinding binding) {
        assertTrue(binding.getSubjects().stream().noneMatch(s -> s.getName().equals(name)));
      }
    }
    for (String template : List.of("executor-cpu.yaml", "executor-gpu.yaml")) {
      assertFalse(
          Manifests.resource(template, Pod.class).getSpec().getAutomountServiceAccountToken());
    }
    assertEquals(name, operated("executor").get("serviceAccount"));
    assertTrue(
        Files.readString(Manifests.FOLDER.resolve("pretrain.sh"))
            .contains("spark.kubernetes.authenticate.executor.serviceAccountName=" + name + "\n"));
  }

  @Test
  void keysAndRecipeAreTheOnesThatAreMade() throws IOException {
    String keys = Manifests.resource("secret.example.yaml", Secret.class).getMetadata().getName();
    ConfigMap recipe = Manifests.resource("recipe.yaml", ConfigMap.class);

    for (String template : TEMPLATES) {
      Container container =
          Manifests.resource(template, Pod.class).getSpec().getContainers().get(0);
      assertEquals(keys, container.getEnvFrom().get(0).getSecretRef().getName(), template);
    }
    Volume mounted =
        Manifests.resource("driver.yaml", Pod.class).getSpec().getVolumes().stream()
            .filter(volume -> volume.getConfigMap() != null)
            .findFirst()
            .orElseThrow();
    assertEquals(recipe.getMetadata().getName(), mounted.getConfigMap().getName());
    assertTrue(recipe.getData().containsKey("pretrain.yaml"));
  }

  @Test
  void theRecipeIsOneOfOurs() throws IOException {
    ConfigMap recipe = Manifests.resource("recipe.yaml", ConfigMap.class);
    String base = Files.readString(SparkHome.ROOT.resolve("conf/retromae.yaml"));

    PretrainConfig config =
        ConfigLoader.load(
                PretrainConfig.class,
                List.of(
                    new ConfigLoader.Source("conf/retromae.yaml", base),
                    new ConfigLoader.Source("recipe.yaml", recipe.getData().get("pretrain.yaml"))),
                List.of("init.from=s3a://bucket/bert"))
            .value();

    assertEquals("s3a://bucket/corpus", config.corpus());
    assertEquals(operated("executor").get("instances"), config.cluster().workers());
  }

  @Test
  void theOperatorsPodsHaveWhatTheTemplatesHave() throws IOException {
    Map<String, Object> spec =
        Manifests.mapping(Manifests.documents("sparkapplication.yaml").get(0).get("spec"));
    Set<String> volumes =
        ((List<?>) spec.get("volumes"))
            .stream()
                .map(volume -> Manifests.read(Volume.class, volume).getName())
                .collect(Collectors.toSet());
    for (var part : Map.of("driver", "driver.yaml", "executor", "executor-cpu.yaml").entrySet()) {
      Map<String, Object> operated = operated(part.getKey());
      Pod template = Manifests.resource(part.getValue(), Pod.class);
      Container container = template.getSpec().getContainers().get(0);
      List<VolumeMount> mounts = new ArrayList<>();
      for (Object mount : (List<?>) operated.get("volumeMounts")) {
        mounts.add(Manifests.read(VolumeMount.class, mount));
      }

      assertTrue(volumes.containsAll(mounted(mounts)), part.getKey());
      assertEquals(mounted(container.getVolumeMounts()), mounted(mounts));
      assertEquals(
          template.getSpec().getSecurityContext(),
          Manifests.read(PodSecurityContext.class, operated.get("podSecurityContext")));
      assertEquals(
          container.getSecurityContext(),
          Manifests.read(SecurityContext.class, operated.get("securityContext")));
      assertEquals(
          container.getEnvFrom().get(0),
          Manifests.read(EnvFromSource.class, ((List<?>) operated.get("envFrom")).get(0)));
    }
  }

  @Test
  void theDriverHasTimeToSave() throws IOException {
    Pod template = Manifests.resource("driver.yaml", Pod.class);

    assertEquals(600L, template.getSpec().getTerminationGracePeriodSeconds());
    assertEquals(600, operated("driver").get("terminationGracePeriodSeconds"));
  }

  private static Map<String, Object> operated(String part) throws IOException {
    Map<String, Object> application = Manifests.documents("sparkapplication.yaml").get(0);
    return Manifests.mapping(Manifests.mapping(application.get("spec")).get(part));
  }

  private static Set<String> names(List<Volume> volumes) {
    return volumes.stream().map(Volume::getName).collect(Collectors.toSet());
  }

  private static Set<String> mounted(List<VolumeMount> mounts) {
    return mounts.stream().map(VolumeMount::getName).collect(Collectors.toSet());
  }
}
