package io.retromae.embed.metric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Metrics of single queries: a row a query, a column a metric. The unit of paired comparison.
 *
 * @param queries ids of the queries, one row each
 * @param columns metric -> values, shape [queries], in the order in which they are reported
 */
public record QueryScores(List<String> queries, Map<String, double[]> columns) {
  /** Checks that every column has a value for each query. */
  public QueryScores {
    queries = List.copyOf(queries);
    columns = new LinkedHashMap<>(columns);
    int rows = queries.size();
    columns.forEach(
        (metric, values) -> {
          if (values.length != rows) {
            throw new IllegalArgumentException(
                "%s has %d values for %d queries".formatted(metric, values.length, rows));
          }
        });
  }

  /**
   * The values of one metric, shape [queries].
   *
   * @throws IllegalArgumentException for a metric that is not there
   */
  public double[] values(String metric) {
    double[] values = columns.get(metric);
    if (values == null) {
      throw new IllegalArgumentException(
          "no metric %s; there are %s".formatted(metric, columns.keySet()));
    }
    return values;
  }

  /** Means of all metrics over the rows, not rounded; NaN without rows. */
  public Map<String, Double> means() {
    Map<String, Double> means = new LinkedHashMap<>();
    columns.forEach((metric, values) -> means.put(metric, Means.of(values)));
    return means;
  }

  /** Rows of queries with the lowest values of a metric, lowest first, ties in row order. */
  public List<Integer> worst(String metric, int count) {
    double[] values = values(metric);
    List<Integer> rows = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      rows.add(i);
    }
    rows.sort((a, b) -> Double.compare(values[a], values[b]));
    return List.copyOf(rows.subList(0, Math.min(count, rows.size())));
  }
}
