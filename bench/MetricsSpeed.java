import com.sun.management.OperatingSystemMXBean;
import io.retromae.embed.metric.rank.Qrels;
import io.retromae.embed.metric.rank.Ranking;
import io.retromae.embed.metric.rank.RetrievalMetrics;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Seconds that our retrieval metrics take on a run in memory: the first call of a JVM, then the best
 * of many. Processor time is that of all threads, the compiler's too. Prints one JSON line. See
 * bench/metrics_vs_pytrec_eval.py.
 */
final class MetricsSpeed {
  private static final int[] CUTOFFS = {10, 100, 1000};

  private MetricsSpeed() {}

  public static void main(String[] args) throws IOException {
    Qrels qrels = qrels(Path.of(args[0]));
    Map<String, Ranking> run = run(Path.of(args[1]));
    int repeats = Integer.parseInt(args[2]);
    double firstWall = 0;
    double firstCpu = 0;
    double wall = Double.MAX_VALUE;
    double cpu = Double.MAX_VALUE;
    Map<String, Double> means = Map.of();
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    for (int i = 0; i < repeats; i++) {
      long start = System.nanoTime();
      long used = system.getProcessCpuTime();
      means = RetrievalMetrics.of(qrels, run, CUTOFFS).perQuery().means();
      double seconds = (System.nanoTime() - start) / 1e9;
      double processor = (system.getProcessCpuTime() - used) / 1e9;
      firstWall = i == 0 ? seconds : firstWall;
      firstCpu = i == 0 ? processor : firstCpu;
      wall = Math.min(wall, seconds);
      cpu = Math.min(cpu, processor);
    }
    System.out.printf(
        Locale.ROOT,
        "{\"first_s\": %.4f, \"first_cpu_s\": %.4f, \"best_s\": %.4f, \"best_cpu_s\": %.4f,"
            + " \"ndcg_cut_10\": %.12f, \"map_cut_1000\": %.12f, \"recall_100\": %.12f,"
            + " \"recip_rank\": %.12f}%n",
        firstWall, firstCpu, wall, cpu, means.get("ndcg_at_10"), means.get("map_at_1000"),
        means.get("recall_at_100"), means.get("recip_rank"));
  }

  /** Lines of {@code query document grade}. */
  private static Qrels qrels(Path file) throws IOException {
    Map<String, Map<String, Integer>> grades = new LinkedHashMap<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split(" ");
        grades
            .computeIfAbsent(fields[0], query -> new LinkedHashMap<>())
            .put(fields[1], Integer.parseInt(fields[2]));
      }
    }
    return new Qrels(grades);
  }

  /** Lines of {@code query document score}. */
  private static Map<String, Ranking> run(Path file) throws IOException {
    Map<String, List<String[]>> rows = new LinkedHashMap<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split(" ");
        rows.computeIfAbsent(fields[0], query -> new ArrayList<>()).add(fields);
      }
    }
    Map<String, Ranking> run = new LinkedHashMap<>();
    rows.forEach(
        (query, list) ->
            run.put(
                query,
                new Ranking(
                    list.stream().map(row -> row[1]).toArray(String[]::new),
                    list.stream().mapToDouble(row -> Double.parseDouble(row[2])).toArray())));
    return run;
  }
}
