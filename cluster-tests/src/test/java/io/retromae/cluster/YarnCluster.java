package io.retromae.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * A resource manager and one node manager in this JVM; the containers are processes of their own,
 * children of this one.
 */
public final class YarnCluster implements AutoCloseable {
  private static final String NAME = "yarn-cluster";

  private final Path configuration;
  private final MiniYARNCluster cluster;
  private final YarnClient client;

  private YarnCluster(Path folder, MiniYARNCluster cluster) throws IOException {
    this.configuration = Files.createDirectories(folder.resolve("hadoop-conf"));
    this.cluster = cluster;
    try (OutputStream out = Files.newOutputStream(configuration.resolve("yarn-site.xml"))) {
      cluster.getConfig().writeXml(out);
    }
    this.client = YarnClient.createYarnClient();
    client.init(cluster.getConfig());
    client.start();
  }

  /**
   * Starts it.
   *
   * @param folder gets the configuration for clients, and what applications stage
   */
  public static YarnCluster start(Path folder) throws IOException {
    MiniYARNCluster cluster = new MiniYARNCluster(NAME, 1, 1, 1);
    cluster.init(configuration(folder));
    cluster.start();
    return new YarnCluster(folder, cluster);
  }

  private static YarnConfiguration configuration(Path folder) {
    YarnConfiguration configuration = new YarnConfiguration();
    Map<String, String> settings =
        Map.ofEntries(
            Map.entry("yarn.resourcemanager.hostname", "127.0.0.1"),
            Map.entry("yarn.nodemanager.hostname", "127.0.0.1"),
            Map.entry("yarn.minicluster.fixed.ports", "false"),
            Map.entry("yarn.minicluster.yarn.nodemanager.resource.memory-mb", "8192"),
            Map.entry("yarn.scheduler.minimum-allocation-mb", "128"),
            // A disk that is nearly full elsewhere must not matter here.
            Map.entry(
                "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage",
                "100"),
            Map.entry("yarn.nodemanager.vmem-check-enabled", "false"),
            Map.entry("yarn.nodemanager.delete.debug-delay-sec", "600"), // to be looked at
            // capacity-scheduler.xml, which is in no jar.
            Map.entry("yarn.scheduler.capacity.root.queues", "default"),
            Map.entry("yarn.scheduler.capacity.root.default.capacity", "100"),
            Map.entry("yarn.scheduler.capacity.maximum-am-resource-percent", "0.5"),
            Map.entry("yarn.scheduler.capacity.node-locality-delay", "-1"),
            Map.entry("fs.defaultFS", "file:///"),
            Map.entry("hadoop.tmp.dir", folder.resolve("hadoop").toString()));
    settings.forEach(configuration::set);
    return configuration;
  }

  /** The folder for HADOOP_CONF_DIR. */
  public Path configurationFolder() {
    return configuration;
  }

  /** All applications, the newest last. */
  public List<ApplicationReport> applications() throws IOException, YarnException {
    return client.getApplications().stream()
        .sorted((a, b) -> a.getApplicationId().compareTo(b.getApplicationId()))
        .toList();
  }

  /** Files of this name in the distributed cache of the node. */
  public List<Path> cached(String fileName) throws IOException {
    return files("filecache", fileName);
  }

  /** What containers of an application printed, all of it. */
  public String logs(ApplicationReport application) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String stream : List.of("stdout", "stderr")) {
      for (Path file : files("logDir", stream)) {
        if (file.toString().contains(application.getApplicationId().toString())) {
          text.append("-- ").append(file).append('\n').append(Files.readString(file));
        }
      }
    }
    return text.toString();
  }

  private List<Path> files(String kind, String fileName) throws IOException {
    try (Stream<Path> all = Files.walk(cluster.getTestWorkDir().toPath())) {
      return all.filter(file -> file.toString().contains(kind))
          .filter(file -> file.getFileName().toString().equals(fileName))
          .filter(file -> Files.isRegularFile(file) && !Files.isSymbolicLink(file))
          .toList();
    }
  }

  /** The executors' processes that run now. */
  public static List<ProcessHandle> executors() {
    return ProcessHandle.current()
        .descendants()
        .filter(child -> child.info().command().orElse("").endsWith("java"))
        .filter(
            child ->
                child.info().commandLine().orElse("").contains("YarnCoarseGrainedExecutorBackend"))
        .toList();
  }

  @Override
  public void close() {
    client.stop();
    cluster.stop();
  }
}
