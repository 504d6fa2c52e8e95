package io.retromae.embed.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.embed.report.EvaluationReport.TaskResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A published benchmark: which data sets its average is over. C-MTEB as in C-Pack
 * (arXiv:2309.07597), MTEB as first published (arXiv:2210.07316).
 *
 * @param name as published
 * @param dataSets kind and name of each, normalised
 */
record Benchmark(String name, Set<String> dataSets) {
  private static final String FILE = "benchmarks.json";

  /** C-MTEB and MTEB. */
  static List<Benchmark> all() {
    List<Benchmark> all = new ArrayList<>();
    try (InputStream in = Benchmark.class.getResourceAsStream(FILE)) {
      JsonNode benchmarks = new ObjectMapper().readTree(in);
      benchmarks
          .fieldNames()
          .forEachRemaining(name -> all.add(new Benchmark(name, dataSets(benchmarks.get(name)))));
    } catch (IOException e) {
      throw new UncheckedIOException(FILE + ": " + e.getMessage(), e);
    }
    return all;
  }

  private static Set<String> dataSets(JsonNode kinds) {
    Set<String> dataSets = new HashSet<>();
    kinds
        .fieldNames()
        .forEachRemaining(
            kind -> kinds.get(kind).forEach(name -> dataSets.add(key(kind, name.asText()))));
    return dataSets;
  }

  /** The tasks that are of this benchmark, told by kind and name, whatever case and hyphens. */
  List<TaskResult> among(List<TaskResult> tasks) {
    return tasks.stream().filter(t -> dataSets.contains(key(t.kind(), t.name()))).toList();
  }

  int size() {
    return dataSets.size();
  }

  private static String key(String kind, String name) {
    return kind + " " + name.toLowerCase(Locale.ROOT).replaceAll("[-_.]", "");
  }
}
