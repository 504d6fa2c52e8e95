package io.retromae.embed.report;

import io.retromae.core.config.ResolvedSetting;
import io.retromae.embed.report.EvaluationReport.Bounds;
import io.retromae.embed.report.EvaluationReport.Comparison;
import io.retromae.embed.report.EvaluationReport.CompetitorLine;
import io.retromae.embed.report.EvaluationReport.Document;
import io.retromae.embed.report.EvaluationReport.Query;
import io.retromae.embed.report.EvaluationReport.Score;
import io.retromae.embed.report.EvaluationReport.TaskResult;
import io.retromae.embed.report.EvaluationReport.WorstQueries;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A report of three tasks and three competitors, with texts that would break a careless page. */
final class SampleReport {
  static final String HOSTILE =
      "<script>alert('x')</script> & \"quoted\" ]]> --> http://example.org \u202eturned\u0000|`*";

  private SampleReport() {}

  static EvaluationReport report() {
    return new EvaluationReport(
        List.of(retrieval(), similarity(), clustering()),
        List.of(
            new CompetitorLine(
                "bge-small-zh",
                "models/bge-small-zh: cls pooling, normalised, width 512, queries 64 tokens",
                List.of()),
            new CompetitorLine(
                "ours-step-20000", "out/checkpoint: cls pooling (assumed)", List.of("No pooling.")),
            new CompetitorLine("evil " + HOSTILE, HOSTILE, List.of(HOSTILE))),
        "bge-small-zh",
        List.of(
            compared("T2Retrieval", "ours-step-20000", -0.0412, -0.0583, -0.0239, 0.0),
            compared("T2Retrieval", "evil " + HOSTILE, 0.0052, -0.0091, 0.0203, 0.755),
            compared(
                "PubMed \u6807\u9898 \u2192 \u6458\u8981",
                "ours-step-20000",
                0.0301,
                0.011,
                0.051,
                0.9987),
            new Comparison("clusters", "ours-step-20000", 0.01, Optional.empty(), Double.NaN)),
        List.of("T2Retrieval: 12 queries of " + HOSTILE + " were cut at 64 tokens."),
        List.of(
            new ResolvedSetting("tasks[0].name", "T2Retrieval", "evaluate.yaml:3"),
            new ResolvedSetting("seed", "42", "default"),
            new ResolvedSetting("storage.secret_key", "hush", "--set"),
            new ResolvedSetting("output", HOSTILE, "--set")),
        provenance());
  }

  private static Map<String, String> provenance() {
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("version", "0.1.0");
    provenance.put("started", "2026-11-30T17:30:00Z");
    provenance.put("model bge-small-zh", "b3f0c1".repeat(10));
    return provenance;
  }

  private static Comparison compared(
      String task, String competitor, double difference, double low, double high, double above) {
    return new Comparison(task, competitor, difference, Optional.of(new Bounds(low, high)), above);
  }

  private static TaskResult retrieval() {
    Query query =
        new Query(
            "q17",
            "\u611f\u5192\u4e86\u600e\u4e48\u529e\uff1f" + HOSTILE,
            0,
            List.of(
                new Document(
                    "d3",
                    "\u591a\u559d\u6c34\uff0c\u4f11\u606f\u3002".repeat(12),
                    1,
                    Optional.of(37))),
            List.of(
                new Document(
                    "d9", "def f(x):\n    return x < 3 and x & 1\n" + HOSTILE, 0, Optional.of(1)),
                new Document("d4", "A title. " + "word ".repeat(300), 0, Optional.of(2))));
    return new TaskResult(
        "T2Retrieval",
        "retrieval",
        "beir, 1,000 queries of 11 characters on average, 118,605 corpus of 874 characters",
        "ndcg_at_10",
        Map.of("queries_without_relevant", 3L),
        List.of(
            score("bge-small-zh", 0.6533, 0.6381, 0.6682),
            score("ours-step-20000", 0.6121, 0.5964, 0.6277),
            score("evil " + HOSTILE, 0.6585, 0.6431, 0.6736)),
        List.of(
            new WorstQueries("bge-small-zh", "ndcg_at_10", List.of(query)),
            new WorstQueries("ours-step-20000", "ndcg_at_10", List.of(query, query))));
  }

  private static Score score(String competitor, double value, double low, double high) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (String metric : List.of("ndcg_at_10", "mrr_at_10", "recall_at_100", "precision_at_10")) {
      metrics.put(metric, value - metrics.size() / 20.0);
    }
    return new Score(
        competitor,
        value,
        Optional.of(new Bounds(low, high)),
        Optional.empty(),
        metrics,
        Map.of("judged_queries_not_in_the_run", 2L),
        Optional.of("scores/T2Retrieval/" + competitor + ".jsonl"));
  }

  private static TaskResult similarity() {
    return new TaskResult(
        "PubMed \u6807\u9898 \u2192 \u6458\u8981",
        "sts",
        "jsonl, 240 texts",
        "cosine_spearman",
        Map.of(),
        List.of(
            new Score(
                "bge-small-zh",
                -0.1203,
                Optional.of(new Bounds(-0.24, 0.003)),
                Optional.empty(),
                Map.of("cosine_spearman", -0.1203),
                Map.of(),
                Optional.empty()),
            new Score(
                "ours-step-20000",
                Double.NaN,
                Optional.of(new Bounds(Double.NaN, Double.NaN)),
                Optional.empty(),
                Map.of("cosine_spearman", Double.NaN),
                Map.of("undefined_metrics_of_constant_values", 1L),
                Optional.empty())),
        List.of());
  }

  private static TaskResult clustering() {
    return new TaskResult(
        "clusters",
        "clustering",
        "jsonl, 420 texts",
        "v_measure",
        Map.of(),
        List.of(
            new Score(
                "bge-small-zh",
                0.71,
                Optional.empty(),
                Optional.of(0.052),
                Map.of("v_measure", 0.71),
                Map.of(),
                Optional.empty()),
            new Score(
                "ours-step-20000",
                0.72,
                Optional.empty(),
                Optional.of(0.049),
                Map.of("v_measure", 0.72),
                Map.of(),
                Optional.empty())),
        List.of());
  }
}
