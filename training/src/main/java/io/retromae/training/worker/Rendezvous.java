package io.retromae.training.worker;

import io.retromae.core.failure.ConfigException;
import io.retromae.training.collective.Collective;
import io.retromae.training.collective.CollectiveConfig;
import io.retromae.training.collective.CollectiveOptions;
import io.retromae.training.collective.LocalCollective;
import io.retromae.training.collective.TcpCollective;
import io.retromae.training.connect.Membership;
import io.retromae.training.connect.Ports;
import io.retromae.training.device.DeviceChoice;
import io.retromae.training.nccl.GpuLibraries;
import io.retromae.training.nccl.NcclCollective;
import io.retromae.training.settings.ClusterSettings;
import io.retromae.training.settings.TrainingSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;

/**
 * Workers find each other: each opens its listening socket first and keeps it, then all exchange
 * addresses through Spark once. (Spark's allGather takes one to two seconds: never in the loop.)
 */
public final class Rendezvous {
  private Rendezvous() {}

  /**
   * Connects this task to the others.
   *
   * @param device that this task computes on
   * @param view what it works from, as it sees it
   * @throws ConfigException if workers have different settings or see different corpora, if two of
   *     them compute on one GPU, or NCCL is asked for in vain
   */
  static Collective join(
      WorkerSpec spec,
      BarrierTaskContext task,
      TrainingSettings training,
      DeviceChoice device,
      WorkerView view)
      throws IOException {
    String host = SparkEnv.get().blockManager().blockManagerId().host();
    if (spec.worldSize() == 1) {
      view.compare(task.partitionId(), host, view, spec.task().view().corpus());
      return new LocalCollective();
    }
    InetAddress own = InetAddress.getByName(host);
    CollectiveOptions options = options(training, spec.encrypted());
    boolean tcpOnly = spec.encrypted() || options.wire() != CollectiveOptions.WireType.FLOAT32;
    ClusterSettings.Backend wish = training.cluster().collective();
    try (TcpCollective.Listener listener =
        TcpCollective.Listener.open(own, ports(training.cluster()))) {
      String port = Integer.toString(listener.port());
      boolean ncclWanted =
          device.kind() == DeviceChoice.Kind.CUDA && BackendChoice.ncclAllowed(wish, tcpOnly);
      String nccl = BackendChoice.ncclOfThisTask(ncclWanted);
      String card =
          String.join("|", host, port, view.settings(), view.corpus(), device.identity(), nccl);
      String[] cards = task.allGather(card);
      List<InetSocketAddress> peers = new ArrayList<>();
      List<RankLocation> locations = new ArrayList<>();
      for (int rank = 0; rank < cards.length; rank++) {
        String[] fields = cards[rank].split("\\|", 6);
        new WorkerView(fields[2], fields[3])
            .compare(rank, fields[0], view, spec.task().view().corpus());
        peers.add(new InetSocketAddress(fields[0], Integer.parseInt(fields[1])));
        locations.add(new RankLocation(rank, fields[0], fields[4], fields[5]));
      }
      refuseLoopback(own, locations);
      RankLocation.refuseShared(locations);
      boolean byNccl = BackendChoice.nccl(wish, tcpOnly, locations);
      TcpCollective tcp =
          listener.connect(members(spec.membership(task.partitionId()), peers, options));
      return byNccl ? NcclCollective.join(tcp, GpuLibraries.load(), device.index(), options) : tcp;
    }
  }

  /**
   * Where workers and driver may listen.
   *
   * @throws ConfigException if {@code cluster.ports} is no range of ports
   */
  public static Ports ports(ClusterSettings settings) {
    return settings.ports().map(Rendezvous::range).orElse(Ports.ANY);
  }

  private static Ports range(String text) {
    return Ports.parse(text)
        .orElseThrow(
            () ->
                new ConfigException(
                    "cluster.ports = %s: must be first-last, of 1 to 65535, such as 40000-40063"
                        .formatted(text)));
  }

  /** Others would look for this task on their own hosts, in vain. */
  static void refuseLoopback(InetAddress own, List<RankLocation> locations) {
    boolean several = locations.stream().map(RankLocation::host).distinct().count() > 1;
    if (several && own.isLoopbackAddress()) {
      throw new ConfigException(
          "host %s is %s to itself, where no other host reaches it; mend its /etc/hosts or set SPARK_LOCAL_IP there"
              .formatted(own.getHostName(), own.getHostAddress()));
    }
  }

  private static CollectiveConfig members(
      Membership self, List<InetSocketAddress> peers, CollectiveOptions options) {
    return new CollectiveConfig(
        self.jobId(), self.attempt(), self.rank(), peers, self.key(), options);
  }

  private static CollectiveOptions options(TrainingSettings training, boolean encrypted) {
    ClusterSettings settings = training.cluster();
    return new CollectiveOptions(
        Duration.ofSeconds(settings.timeoutSeconds()),
        Duration.ofSeconds(settings.stallSeconds()),
        switch (training.optimizer().allreduceDtype()) {
          case FLOAT32 -> CollectiveOptions.WireType.FLOAT32;
          case BFLOAT16 -> CollectiveOptions.WireType.BFLOAT16;
        },
        settings.streams(),
        encrypted);
  }
}
