package io.retromae.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A standalone master and its workers, a process each, on ports that the system chooses. */
public final class StandaloneCluster implements AutoCloseable {
  private static final String CLASSES = "org.apache.spark.deploy.";

  private final Path folder;
  private final Path properties;
  private final Child master;
  private final String url;
  private final List<Child> workers = new ArrayList<>();

  private StandaloneCluster(Path folder, Path properties) throws IOException, InterruptedException {
    this.folder = folder;
    this.properties = properties;
    this.master =
        daemon(
            "master",
            List.of("--host", "127.0.0.1", "--port", "0", "--webui-port", "0"),
            "master.Master");
    this.url = master.await("Starting Spark master at (spark://\\S+)").group(1);
  }

  /**
   * Starts a master and workers.
   *
   * @param folder where applications leave their files
   * @param properties Spark properties of all daemons
   * @param workers how many, of {@code cores} cores and 2 GB each
   */
  public static StandaloneCluster start(Path folder, Path properties, int workers, int cores)
      throws IOException, InterruptedException {
    StandaloneCluster cluster = new StandaloneCluster(folder, properties);
    for (int i = 0; i < workers; i++) {
      cluster.addWorker(cores);
    }
    return cluster;
  }

  /** Starts one more worker and waits until the master knows it. */
  public Child addWorker(int cores) throws IOException, InterruptedException {
    String name = "worker-" + workers.size();
    Child worker =
        daemon(
            name,
            List.of(
                "--host",
                "127.0.0.1",
                "--webui-port",
                "0",
                "--cores",
                Integer.toString(cores),
                "--memory",
                "2g",
                "--work-dir",
                folder.resolve(name).toString(),
                url),
            "worker.Worker");
    workers.add(worker);
    worker.await("Successfully registered with master");
    return worker;
  }

  private Child daemon(String name, List<String> arguments, String className) throws IOException {
    List<String> all = new ArrayList<>(List.of("--properties-file", properties.toString()));
    all.addAll(arguments);
    return Child.start(
        name,
        folder,
        Map.of(
            "SPARK_HOME",
            SparkHome.path().toString(),
            "SPARK_LOCAL_IP",
            "127.0.0.1",
            "SPARK_DAEMON_MEMORY",
            "256m",
            "SPARK_WORKER_DIR",
            folder.resolve(name).toString()),
        SparkHome.sparkClass(CLASSES + className, all));
  }

  /** {@code spark://host:port}. */
  public String url() {
    return url;
  }

  /** The workers, in the order they were started. */
  public List<Child> workers() {
    return List.copyOf(workers);
  }

  @Override
  public void close() {
    workers.forEach(Child::close);
    master.close();
  }
}
