package io.retromae.training.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the names of evaluated figures mean. */
final class Evaluations {
  private static final String PROBE = RunMetrics.EVALUATION + "probe_";

  /** Figures of retrieval: what was searched, and the metric. */
  private static final Pattern RETRIEVAL =
      Pattern.compile("eval_(?:probe_)?(?:(.+?)_)?([a-z]+)_at_(\\d+)");

  /** The metric that retrieval is usually told by. */
  private static final Pattern MAIN = Pattern.compile(".*ndcg_at_10");

  private Evaluations() {}

  /** The figure of each task that it is told by. */
  static List<String> mainKeys(RunMetrics metrics) {
    return metrics.evaluated().filter(key -> MAIN.matcher(key).matches()).toList();
  }

  /** Whether a figure is of retrieval. */
  static boolean isRetrieval(String key) {
    return RETRIEVAL.matcher(key).matches();
  }

  /** Keys by metric, those of retrieval alone: {@code nDCG@10} of all tasks, and so on. */
  static Map<String, List<String>> byMetric(RunMetrics metrics) {
    Map<String, List<String>> byMetric = new LinkedHashMap<>();
    metrics
        .evaluated()
        .filter(Evaluations::isRetrieval)
        .sorted(Comparator.comparing(key -> !MAIN.matcher(key).matches())) // stable
        .forEach(key -> byMetric.computeIfAbsent(metric(key), m -> new ArrayList<>()).add(key));
    return byMetric;
  }

  /** {@code nDCG@10}. */
  static String metric(String key) {
    Matcher matcher = RETRIEVAL.matcher(key);
    if (!matcher.matches()) {
      return plain(key);
    }
    String name =
        switch (matcher.group(2)) {
          case "ndcg" -> "nDCG";
          case "mrr" -> "MRR";
          case "map" -> "MAP";
          default -> matcher.group(2);
        };
    return name + "@" + matcher.group(3);
  }

  /** What was searched: a probe's task, or the held-out lines. */
  static String task(String key) {
    Matcher matcher = RETRIEVAL.matcher(key);
    boolean named = matcher.matches() && matcher.group(1) != null;
    return named ? matcher.group(1) : key.startsWith(PROBE) ? "probe" : "held-out lines";
  }

  /** {@code nDCG@10 on medical}. */
  static String words(String key) {
    return isRetrieval(key) ? metric(key) + " on " + task(key) : plain(key);
  }

  private static String plain(String key) {
    return key.substring(RunMetrics.EVALUATION.length()).replace('_', ' ');
  }
}
