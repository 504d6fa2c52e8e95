package io.retromae.embed.evaluate;

import io.retromae.embed.metric.QueryScores;
import io.retromae.embed.metric.rank.Ranking;
import io.retromae.embed.metric.rank.RerankingMetrics;
import io.retromae.embed.report.EvaluationReport;
import io.retromae.embed.task.Judgments;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The queries that went worst, with the documents that were wanted and those that came first. */
final class WorstQueries {
  private static final int DOCUMENTS = 5;

  private WorstQueries() {}

  /**
   * What a query got.
   *
   * @param id of the query's text
   * @param grades of documents
   * @param found ids of documents, best first
   */
  record Answer(String id, Map<String, Integer> grades, List<String> found) {
    /** Of a ranking. */
    static Answer of(Map<String, Integer> grades, Ranking ranking) {
      List<String> found =
          order(ranking.scores()).stream().map(place -> ranking.ids()[place]).toList();
      return new Answer("", grades, found);
    }

    /** Of reranked candidates; negatives win ties, as in the metrics. */
    static Answer of(Judgments.Sample sample, RerankingMetrics.Candidates candidates) {
      int negatives = sample.negatives().length;
      double[] scores = new double[negatives + sample.positives().length];
      System.arraycopy(candidates.negatives(), 0, scores, 0, negatives);
      System.arraycopy(candidates.positives(), 0, scores, negatives, scores.length - negatives);
      Map<String, Integer> grades = new LinkedHashMap<>();
      for (int positive : sample.positives()) {
        grades.put(Integer.toString(positive), 1);
      }
      List<String> found =
          order(scores).stream()
              .map(
                  place ->
                      place < negatives
                          ? sample.negatives()[place]
                          : sample.positives()[place - negatives])
              .map(number -> Integer.toString(number))
              .toList();
      return new Answer(Integer.toString(sample.query()), grades, found);
    }

    private static List<Integer> order(double[] scores) {
      return IntStream.range(0, scores.length)
          .boxed()
          .sorted(Comparator.comparingDouble(place -> -scores[place]))
          .toList();
    }
  }

  /**
   * Finds them. Texts are left out.
   *
   * @param answers by the query's id
   */
  static List<EvaluationReport.Query> of(
      QueryScores scores, String metric, int count, Function<String, Answer> answers) {
    List<EvaluationReport.Query> worst = new ArrayList<>();
    for (int row : scores.worst(metric, count)) {
      String query = scores.queries().get(row);
      Answer answer = answers.apply(query);
      String id = answer.id().isEmpty() ? query : answer.id();
      worst.add(
          new EvaluationReport.Query(
              id, "", scores.values(metric)[row], wanted(answer), found(answer)));
    }
    return worst;
  }

  private static List<EvaluationReport.Document> wanted(Answer answer) {
    Map<String, Integer> ranks = new HashMap<>();
    for (int i = 0; i < answer.found().size(); i++) {
      ranks.putIfAbsent(answer.found().get(i), i + 1);
    }
    return answer.grades().entrySet().stream()
        .filter(judged -> judged.getValue() >= 1)
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(DOCUMENTS)
        .map(
            judged ->
                document(
                    judged.getKey(),
                    judged.getValue(),
                    Optional.ofNullable(ranks.get(judged.getKey()))))
        .toList();
  }

  private static List<EvaluationReport.Document> found(Answer answer) {
    return IntStream.range(0, Math.min(DOCUMENTS, answer.found().size()))
        .mapToObj(
            i -> {
              String id = answer.found().get(i);
              return document(id, answer.grades().getOrDefault(id, 0), Optional.of(i + 1));
            })
        .toList();
  }

  private static EvaluationReport.Document document(String id, int grade, Optional<Integer> rank) {
    return new EvaluationReport.Document(id, "", grade, rank);
  }
}
