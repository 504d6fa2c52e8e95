package io.retromae.training.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Where the time of each rank went, summed over logged steps. */
final class RankSums {
  /** Parts of a step, as metrics.jsonl names them. */
  enum Part {
    DATA("data", "rank_data_ms", "data_wait_ms"),
    COMPUTE("compute", "rank_compute_ms", "compute_ms"),
    COMMUNICATION("communication", "rank_communication_ms", "communication_ms"),
    IDLE("idle", "rank_idle_ms", "idle_ms");

    private final String words;
    private final String byRank;
    private final String largest;

    Part(String words, String byRank, String largest) {
      this.words = words;
      this.byRank = byRank;
      this.largest = largest;
    }

    String words() {
      return words;
    }

    /** The mean over ranks, in milliseconds; that of the worst one where no other is told. */
    double mean(JsonNode row) {
      JsonNode ranks = row.path(byRank);
      double sum = 0;
      for (JsonNode rank : ranks) {
        sum += rank.asDouble();
      }
      return ranks.size() > 0 ? sum / ranks.size() : row.path(largest).asDouble();
    }
  }

  /** A million ranks are no cluster, but a damaged file. */
  private static final int MOST_RANKS = 4_096;

  private final List<double[]> milliseconds = new ArrayList<>();
  private final List<Long> slowest = new ArrayList<>();
  private final List<Long> present = new ArrayList<>();
  private final double[] sums = new double[Part.values().length];
  private long steps;

  /** Adds a logged step. */
  void add(JsonNode row) {
    steps++;
    int there = 0;
    for (Part part : Part.values()) {
      sums[part.ordinal()] += part.mean(row);
      JsonNode ranks = row.path(part.byRank);
      int count = Math.min(ranks.size(), MOST_RANKS);
      grow(count);
      there = Math.max(there, count);
      for (int rank = 0; rank < count; rank++) {
        milliseconds.get(rank)[part.ordinal()] += ranks.get(rank).asDouble();
      }
    }
    for (int rank = 0; rank < there; rank++) {
      present.set(rank, present.get(rank) + 1);
    }
    int rank = row.path("slowest_rank").asInt(-1);
    if (rank >= 0 && rank < slowest.size()) {
      slowest.set(rank, slowest.get(rank) + 1);
    }
  }

  private void grow(int ranks) {
    while (milliseconds.size() < ranks) {
      milliseconds.add(new double[Part.values().length]);
      slowest.add(0L);
      present.add(0L);
    }
  }

  long steps() {
    return steps;
  }

  int ranks() {
    return milliseconds.size();
  }

  /** The share of a part in the time of all ranks; 0 if nothing is known. */
  double share(Part part) {
    double all = 0;
    for (double sum : sums) {
      all += sum;
    }
    return all > 0 ? sums[part.ordinal()] / all : 0;
  }

  /** How many logged steps a rank took part in: their number changes with that of the workers. */
  long steps(int rank) {
    return present.get(rank);
  }

  /** Milliseconds of a rank in a step that it took part in. */
  double mean(int rank, Part part) {
    return milliseconds.get(rank)[part.ordinal()] / Math.max(1, present.get(rank));
  }

  /** In which share of the logged steps that it took part in the others waited for this rank. */
  double slowestShare(int rank) {
    return (double) slowest.get(rank) / Math.max(1, present.get(rank));
  }
}
