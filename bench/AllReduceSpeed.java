import com.sun.management.OperatingSystemMXBean;
import io.retromae.training.collective.Collective;
import io.retromae.training.collective.CollectiveConfig;
import io.retromae.training.collective.CollectiveOptions;
import io.retromae.training.collective.TcpCollective;
import io.retromae.training.memory.HostVector;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One rank that sums vectors on request. Arguments: rank, streams, FLOAT32 or BFLOAT16, encrypted.
 * Prints its port, reads all ranks' ports; then reads lines "bytes operations" and answers each
 * with the time of an operation. "0 operations" exchanges messages of 64 bytes. See
 * bench/allreduce_vs_gloo.py.
 */
final class AllReduceSpeed {
  private static final byte[] KEY = "a key of the benchmark's".getBytes(StandardCharsets.US_ASCII);

  private AllReduceSpeed() {}

  public static void main(String[] args) throws IOException {
    BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
    InetAddress address = InetAddress.getLoopbackAddress();
    CollectiveOptions options =
        new CollectiveOptions(
            Duration.ofSeconds(60),
            Duration.ofSeconds(600),
            CollectiveOptions.WireType.valueOf(args[2]),
            Integer.parseInt(args[1]),
            Boolean.parseBoolean(args[3]));
    try (TcpCollective.Listener listener = TcpCollective.Listener.open(address)) {
      System.out.println(listener.port());
      List<InetSocketAddress> peers = new ArrayList<>();
      for (String port : requests.readLine().split(" ")) {
        peers.add(new InetSocketAddress(address, Integer.parseInt(port)));
      }
      int rank = Integer.parseInt(args[0]);
      CollectiveConfig config = new CollectiveConfig("benchmark", 1, rank, peers, KEY, options);
      try (Collective collective = listener.connect(config)) {
        serve(collective, requests);
      }
    }
  }

  private static void serve(Collective collective, BufferedReader requests) throws IOException {
    HostVector values = HostVector.allocate(0);
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      String[] words = line.split(" ");
      long size = Long.parseLong(words[0]) / Float.BYTES;
      int operations = Integer.parseInt(words[1]);
      if (values.size() != size) {
        values = HostVector.allocate(size);
      }
      collective.barrier();
      long cpu = cpuNanos();
      long start = System.nanoTime();
      for (int i = 0; i < operations; i++) {
        if (size > 0) {
          collective.allReduceSum(values);
        } else {
          collective.allGather(new byte[64]);
        }
      }
      double wallMs = (System.nanoTime() - start) / 1e6 / operations;
      double cpuMs = (cpuNanos() - cpu) / 1e6 / operations;
      System.out.printf(Locale.ROOT, "%.4f %.4f%n", wallMs, cpuMs);
    }
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
