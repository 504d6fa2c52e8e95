package io.retromae.cluster;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * The files of deploy/kubernetes, read strictly: a field that Kubernetes does not know is an error.
 */
final class Manifests {
  static final Path FOLDER = SparkHome.ROOT.resolve("deploy/kubernetes");

  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Map.of(
          "v1/Pod", Pod.class,
          "v1/ConfigMap", ConfigMap.class,
          "v1/Secret", Secret.class,
          "v1/ServiceAccount", ServiceAccount.class,
          "rbac.authorization.k8s.io/v1/Role", Role.class,
          "rbac.authorization.k8s.io/v1/RoleBinding", RoleBinding.class,
          "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class);

  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setAnnotationIntrospector(new WithoutExtras());

  private Manifests() {}

  /** The model's classes keep fields that they do not know; here these are errors. */
  private static final class WithoutExtras extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated member) {
      return false;
    }
  }

  /** The documents of a file as they are written. */
  static List<Map<String, Object>> documents(String file) throws IOException {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    List<Map<String, Object>> documents = new ArrayList<>();
    for (Object document : new Yaml(options).loadAll(Files.readString(FOLDER.resolve(file)))) {
      documents.add(mapping(document));
    }
    return documents;
  }

  /** A mapping of a document. */
  @SuppressWarnings("unchecked") // YAML's mappings here have names for keys
  static Map<String, Object> mapping(Object node) {
    return (Map<String, Object>) node;
  }

  /** The resources of a file. */
  static List<HasMetadata> resources(String file) throws IOException {
    List<HasMetadata> resources = new ArrayList<>();
    for (Map<String, Object> document : documents(file)) {
      resources.add(
          read(KINDS.get(document.get("apiVersion") + "/" + document.get("kind")), document));
    }
    return resources;
  }

  /** The only resource of a kind in a file. */
  static <T extends HasMetadata> T resource(String file, Class<T> kind) throws IOException {
    return resources(file).stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .findFirst()
        .orElseThrow();
  }

  /** A part of a document as one of the model's classes. */
  static <T> T read(Class<T> kind, Object node) {
    return STRICT.convertValue(node, kind);
  }
}
