package io.retromae.submit.spark;

import io.retromae.submit.spark.MasterUrl.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;

/**
 * Why Spark could not start, as far as this machine can tell before it is asked: a kind of cluster
 * that this Spark has no classes for, a master that does not answer, addresses and ports that the
 * driver cannot take. Spark itself says so late, by stack traces, or by ending the process.
 */
public final class StartChecks {
  /**
   * System property that the launcher sets where it starts Java itself: {@link #EMBEDDED}, or the
   * folder of the distribution whose jars are on the class path.
   */
  public static final String SPARK = "retromae.spark";

  /** The Spark of the build. */
  static final String EMBEDDED = "embedded";

  private static final int ANSWER_MILLIS = 5000;
  private static final int LOWEST_PORT = 1024; // Spark takes none below, which are root's
  private static final int PORTS = 65536;

  private final SparkConf conf;
  private final MasterUrl master;
  private final Map<String, String> environment;
  private final List<String> problems = new ArrayList<>();

  private StartChecks(SparkSetup setup, Map<String, String> environment) {
    this.conf = setup.conf();
    this.master = setup.master();
    this.environment = environment;
  }

  /**
   * All reasons, a line each; none if it may well start.
   *
   * @param environment of this process
   */
  public static List<String> problems(SparkSetup setup, Map<String, String> environment) {
    StartChecks checks = new StartChecks(setup, environment);
    checks.classes();
    if (setup.master().kind() == Kind.STANDALONE) {
      checks.standaloneMaster();
    }
    boolean driverHere = GivenProperties.fromSparkSubmit() || !setup.given().clusterMode();
    if (driverHere) {
      checks.driver();
    }
    return checks.problems;
  }

  private void classes() {
    String spark = System.getProperty(SPARK, "");
    if (spark.isEmpty()) { // spark-submit has seen to it, or a test has its own Spark
      return;
    }
    switch (master.kind()) {
      case LOCAL, LOCAL_CLUSTER, STANDALONE -> {}
      case YARN -> {
        String manager = "org.apache.spark.scheduler.cluster.YarnClusterManager";
        if (has(manager, "spark-yarn", spark)
            && environment.getOrDefault("HADOOP_CONF_DIR", "").isEmpty()
            && environment.getOrDefault("YARN_CONF_DIR", "").isEmpty()) {
          problems.add(
              "--master yarn: neither HADOOP_CONF_DIR nor YARN_CONF_DIR is set; one must name the folder with the cluster's yarn-site.xml");
        }
      }
      case KUBERNETES ->
          has(
              "org.apache.spark.scheduler.cluster.k8s.KubernetesClusterManager",
              "spark-kubernetes",
              spark);
    }
  }

  private boolean has(String name, String jar, String spark) {
    try {
      Class.forName(name, false, Thread.currentThread().getContextClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      problems.add(
          spark.equals(EMBEDDED)
              ? "--master %s: the embedded Spark runs on one machine or a standalone cluster; set SPARK_HOME to a Spark distribution, which knows %s"
                  .formatted(master.text(), master.kind().words())
              : "--master %s: SPARK_HOME = %s has no %s_*.jar in jars/, so it knows no %s; use a distribution that has it"
                  .formatted(master.text(), spark, jar, master.kind().words()));
      return false;
    }
  }

  /** One of those that the URL names must answer; the driver would ask for a minute. */
  private void standaloneMaster() {
    List<String> silent = new ArrayList<>();
    for (String address : master.text().substring("spark://".length()).split(",")) {
      int colon = address.lastIndexOf(':');
      String host = address.substring(0, colon);
      try (Socket socket = new Socket()) {
        int port = Integer.parseInt(address.substring(colon + 1));
        socket.connect(new InetSocketAddress(InetAddress.getByName(host), port), ANSWER_MILLIS);
        return;
      } catch (UnknownHostException e) {
        silent.add(address + " (unknown host)");
      } catch (IOException | IllegalArgumentException e) {
        silent.add("%s (%s)".formatted(address, e.getMessage()));
      }
    }
    problems.add(
        "--master %s: no master answers at %s; is it running, and is this its URL?"
            .formatted(master.text(), String.join(", ", silent)));
  }

  private void driver() {
    Optional<InetAddress> address = bindAddress();
    address.ifPresent(
        at -> {
          port("spark.driver.port", "0", at);
          String fallback = conf.get("spark.blockManager.port", "0");
          port("spark.driver.blockManager.port", fallback, at);
        });
    if (conf.getBoolean("spark.ui.enabled", true)) {
      // As Spark's web server does: on all addresses, unless the variable names one.
      Optional<InetAddress> ui =
          address(environment.getOrDefault("SPARK_LOCAL_IP", "0.0.0.0"), "SPARK_LOCAL_IP");
      ui.ifPresent(at -> port("spark.ui.port", "4040", at));
    }
  }

  /** Where the driver will listen; empty if that is left to Spark, or cannot be. */
  private Optional<InetAddress> bindAddress() {
    for (String key : List.of("spark.driver.bindAddress", "spark.driver.host")) {
      if (conf.contains(key)) {
        return address(conf.get(key), key);
      }
    }
    return Optional.ofNullable(environment.get("SPARK_LOCAL_IP"))
        .flatMap(given -> address(given, "SPARK_LOCAL_IP"));
  }

  private Optional<InetAddress> address(String text, String name) {
    try (ServerSocket socket = new ServerSocket()) {
      InetAddress address = InetAddress.getByName(text);
      socket.bind(new InetSocketAddress(address, 0));
      return Optional.of(address);
    } catch (IOException e) {
      String why = e instanceof UnknownHostException ? "unknown host" : e.getMessage();
      problems.add(
          "%s = %s: the driver cannot listen there (%s); give an address of this machine"
              .formatted(name, text, why));
      return Optional.empty();
    }
  }

  /** Spark tries the given port and, each time one higher, spark.port.maxRetries more. */
  private void port(String key, String fallback, InetAddress address) {
    int first = number(conf.get(key, fallback));
    int retries = conf.getInt("spark.port.maxRetries", 16);
    if (first == 0) {
      return;
    }
    if (first < LOWEST_PORT || first >= PORTS) {
      problems.add(
          "%s = %s: must be 0 (any) or %d..%d"
              .formatted(key, conf.get(key, fallback), LOWEST_PORT, PORTS - 1));
      return;
    }
    String why = "";
    for (int i = 0; i <= retries; i++) {
      int port = (first + i - LOWEST_PORT) % (PORTS - LOWEST_PORT) + LOWEST_PORT;
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(address, port));
        return;
      } catch (IOException e) {
        why = e.getMessage();
      }
    }
    String above = retries == 0 ? "" : ", and so with the %d ports above it".formatted(retries);
    String mend =
        key.contains(".ui.") ? ", 0 for any, or spark.ui.enabled=false" : ", or 0 for any";
    problems.add(
        "%s = %d: the driver cannot listen there (%s)%s (spark.port.maxRetries); give another port%s"
            .formatted(key, first, why, above, mend));
  }

  private static int number(String text) {
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : -1;
  }
}
