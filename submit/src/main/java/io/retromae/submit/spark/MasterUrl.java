package io.retromae.submit.spark;

import io.retromae.core.config.SettingNames;
import io.retromae.core.failure.ConfigException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Spark master and what its URL alone tells.
 *
 * @param kind of cluster
 * @param text as given
 * @param executors of a local-cluster, else 0
 * @param cores of a local master, or of each executor of a local-cluster; else 0
 * @param memoryMb of each executor of a local-cluster, else 0
 */
public record MasterUrl(Kind kind, String text, int executors, int cores, int memoryMb) {
  private static final Pattern LOCAL =
      Pattern.compile("local(?:\\[\\s*(\\*|[1-9]\\d{0,5})\\s*(?:,\\s*\\d+\\s*)?])?");

  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d{1,5})\\s*,\\s*(\\d{1,5})\\s*,\\s*(\\d{1,8})\\s*]");

  private static final Pattern STANDALONE =
      Pattern.compile("spark://[^/,\\s:]+:\\d{1,5}(,[^/,\\s:]+:\\d{1,5})*");

  private static final Pattern KUBERNETES = Pattern.compile("k8s://(https?://)?[^/\\s]+(/\\S*)?");

  private static final int NEAR = 2;

  /** Kinds of clusters. */
  public enum Kind {
    /** Driver and tasks in one process. */
    LOCAL,
    /** Executors as processes of this host, for tests. */
    LOCAL_CLUSTER,
    /** Spark's own. */
    STANDALONE,
    /** Hadoop's. */
    YARN,
    /** Kubernetes. */
    KUBERNETES;

    /** Whether executors are on other hosts than the driver. */
    public boolean manyHosts() {
      return this == STANDALONE || this == YARN || this == KUBERNETES;
    }

    /** As in a sentence. */
    public String words() {
      return switch (this) {
        case LOCAL -> "local";
        case LOCAL_CLUSTER -> "local-cluster";
        case STANDALONE -> "standalone";
        case YARN -> "YARN";
        case KUBERNETES -> "Kubernetes";
      };
    }
  }

  /**
   * Understands a master.
   *
   * @throws ConfigException if it is none of the kinds above
   */
  public static MasterUrl parse(String text) {
    Matcher local = LOCAL.matcher(text);
    if (local.matches()) {
      return new MasterUrl(Kind.LOCAL, text, 0, localCores(local.group(1)), 0);
    }
    Matcher cluster = LOCAL_CLUSTER.matcher(text);
    if (cluster.matches()) {
      return new MasterUrl(
          Kind.LOCAL_CLUSTER,
          text,
          Integer.parseInt(cluster.group(1)),
          Integer.parseInt(cluster.group(2)),
          Integer.parseInt(cluster.group(3)));
    }
    if (STANDALONE.matcher(text).matches()) {
      return new MasterUrl(Kind.STANDALONE, text, 0, 0, 0);
    }
    if (text.equals("yarn")) {
      return new MasterUrl(Kind.YARN, text, 0, 0, 0);
    }
    if (KUBERNETES.matcher(text).matches()) {
      return new MasterUrl(Kind.KUBERNETES, text, 0, 0, 0);
    }
    throw new ConfigException(
        "--master %s: no Spark master; %suse local[4], local[*], spark://HOST:7077, yarn or k8s://https://HOST:443"
            .formatted(text, hint(text)));
  }

  private static int localCores(String group) {
    if (group == null) {
      return 1;
    }
    return group.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(group);
  }

  private static String hint(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.startsWith("yarn-")) { // yarn-client, yarn-cluster: Spark 1
      return "did you mean 'yarn' with --deploy-mode " + lower.substring(5) + "? ";
    }
    if (lower.startsWith("spark://")) {
      return "spark:// needs a host and a port; ";
    }
    if (lower.matches("(https?://|k8s:|kubernetes).*")) {
      return "did you mean 'k8s://https://HOST:443'? ";
    }
    String word = lower.replaceAll("[\\[:(].*", "");
    return SettingNames.nearest(word, List.of("k8s", "local", "spark", "yarn"), NEAR)
        .map(
            near ->
                "did you mean '%s'? "
                    .formatted(
                        switch (near) {
                          case "local" -> "local[" + lower.replaceAll("\\D", "") + "]";
                          case "spark" -> "spark://HOST:7077";
                          case "k8s" -> "k8s://https://HOST:443";
                          default -> near;
                        })
                    .replace("local[]", "local[*]"))
        .orElse("");
  }

  /** Whether executors are processes of their own. */
  public boolean isCluster() {
    return kind != Kind.LOCAL;
  }
}
