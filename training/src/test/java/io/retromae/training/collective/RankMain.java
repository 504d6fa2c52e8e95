package io.retromae.training.collective;

import io.retromae.core.failure.ClusterException;
import io.retromae.training.memory.HostVector;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One rank as a process of its own, which does what its standard input says. Arguments: rank,
 * timeout in milliseconds. Prints "PORT n", reads all ranks' ports, and prints a line for whatever
 * it begins and ends.
 */
final class RankMain {
  private RankMain() {}

  public static void main(String[] args) throws IOException {
    BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
    InetAddress address = InetAddress.getLoopbackAddress();
    CollectiveOptions options = CollectiveOptions.plain(Duration.ofMillis(Long.parseLong(args[1])));
    try (TcpCollective.Listener listener = TcpCollective.Listener.open(address)) {
      System.out.println("PORT " + listener.port());
      List<InetSocketAddress> peers = new ArrayList<>();
      for (String port : requests.readLine().split(" ")) {
        peers.add(new InetSocketAddress(address, Integer.parseInt(port)));
      }
      CollectiveConfig config =
          new CollectiveConfig(
              "job", 1, Integer.parseInt(args[0]), peers, RankThreads.KEY, options);
      try (Collective collective = listener.connect(config)) {
        System.out.println("CONNECTED");
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
          serve(collective, line);
        }
      }
    }
  }

  private static void serve(Collective collective, String operation) {
    System.out.println("BEGIN " + operation);
    try {
      perform(collective, operation);
      System.out.println("END " + operation);
    } catch (ClusterException e) {
      System.out.println("FAILED " + e.getMessage());
    }
  }

  /** The same for ranks in the test's own process. */
  static void perform(Collective collective, String operation) {
    HostVector values = HostVector.allocate(3_000_000);
    switch (operation) {
      case "barrier" -> collective.barrier();
      case "reduce-scatter" -> collective.reduceScatterSum(values);
      case "all-gather" -> collective.allGather(values);
      default -> throw new IllegalArgumentException(operation);
    }
  }
}
