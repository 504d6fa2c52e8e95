package io.retromae.finetune.heldout;

import io.retromae.core.failure.ConfigException;
import io.retromae.embed.encoder.ModelTokenizer;
import io.retromae.embed.probe.ProbeTasks;
import io.retromae.embed.probe.RetrievalProbe;
import io.retromae.embed.probe.TriedTask;
import io.retromae.finetune.contrastive.ContrastiveObjective;
import io.retromae.finetune.data.BatchPlan;
import io.retromae.finetune.data.DataSet;
import io.retromae.finetune.data.Instructions;
import io.retromae.finetune.data.PairBatchMaker;
import io.retromae.finetune.data.PairBatches;
import io.retromae.finetune.data.PairLine;
import io.retromae.training.loop.EvaluationReport;
import io.retromae.training.loop.LossTerm;
import io.retromae.training.measure.Probe;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The held-out lines of a run, as they are evaluated. For one thread. */
public final class HeldOut {
  private static final int MOST_LINES = 100_000;

  /** Text, id, judgment and headers of one, in bytes. */
  private static final int TEXT = 1_024;

  private final List<DataSet> sets;
  private final BatchPlan.Rules rules;
  private final PairBatches batches;
  private final int steps;

  /**
   * Plans their batches: of as many queries as in training, each line at most once.
   *
   * @param sets at least one
   * @param maker of batches, used by nobody else
   * @param distills whether batches bring a teacher's scores
   * @throws ConfigException if they are too few for a batch
   */
  public HeldOut(
      List<DataSet> sets, BatchPlan.Rules rules, PairBatchMaker maker, boolean distills) {
    this.sets = List.copyOf(sets);
    this.rules = rules;
    this.steps = steps(sets, rules);
    this.batches = new PairBatches(sets, rules, List.of((long) steps), maker, distills);
  }

  private static int steps(List<DataSet> sets, BatchPlan.Rules rules) {
    int lines = lines(sets);
    if (lines > MOST_LINES) {
      throw new ConfigException(
          "evaluation.data: %,d lines: at most %,d, whose texts are held in memory; give fewer"
              .formatted(lines, MOST_LINES));
    }
    if (lines < rules.globalBatchSize()) {
      throw new ConfigException(
          "evaluation: %,d held-out lines are too few for one batch of data.global_batch_size = %,d, on whose number of negatives the loss depends; hold out at least so many"
              .formatted(lines, rules.globalBatchSize()));
    }
    try {
      return BatchPlan.steps(sets, rules, 0);
    } catch (ConfigException e) {
      throw new ConfigException("evaluation, held-out lines: " + e.getMessage(), e);
    }
  }

  private static int lines(List<DataSet> sets) {
    return sets.stream().mapToInt(set -> set.lines().size()).sum();
  }

  /** Builds every batch once: refuses lines for whose groups there are too few passages. */
  public void check() {
    for (int step = 0; step < steps; step++) {
      for (int shard = 0; shard < rules.logicalShards(); shard++) {
        batches.next(shard, step, 0);
      }
    }
  }

  /** What its figures are called in metrics. */
  public static List<String> metrics(List<LossTerm> terms) {
    return Stream.concat(
            EvaluationReport.metricsOf(terms).stream(),
            HeldOutProbe.METRICS.stream().map(Probe.Kind.HELD_OUT::metric))
        .toList();
  }

  /**
   * Heap of a worker for the texts' ids and vectors, in bytes.
   *
   * @param maxLength tokens of the longest text
   * @param width D
   */
  public long heap(int maxLength, int width) {
    long texts = queries() + passages();
    return texts * (TEXT + (long) Integer.BYTES * maxLength + (long) Float.BYTES * width);
  }

  /** Lines, whose queries are looked for. */
  public long queries() {
    return lines(sets);
  }

  /** Their passages, equal ones as often as they come. */
  public long passages() {
    long passages = 0;
    for (DataSet set : sets) {
      for (PairLine line : set.lines()) {
        passages += line.positives().size() + line.negatives().size();
      }
    }
    return passages;
  }

  PairBatches batches() {
    return batches;
  }

  /** Steps whose loss is computed. */
  public int steps() {
    return steps;
  }

  int logicalShards() {
    return rules.logicalShards();
  }

  /** The start-up line. */
  public String describe(String from) {
    return "held out %,d lines %s; a loss over %d batches, retrieval among their passages"
        .formatted(lines(sets), from, steps);
  }

  /**
   * What the loop calls.
   *
   * @param objective over the model that is trained
   * @param embedding how texts become vectors: as in training
   * @param limits tokens of queries and passages at most
   * @param every steps of training between two evaluations; empty for one at the start and one at
   *     the end
   */
  public Probe probe(
      ContrastiveObjective objective,
      RetrievalProbe.Embedding embedding,
      Texts limits,
      Optional<Integer> every) {
    ModelTokenizer tokenizer =
        new ModelTokenizer(limits.words().vocabulary(), limits.words().rules());
    TriedTask task =
        new HeldOutTexts(
                tokenizer,
                limits.instructions(),
                limits.queryMaxLength(),
                limits.passageMaxLength())
            .task(sets);
    return new HeldOutProbe(
        objective, this, new RetrievalProbe(List.of(task), embedding, limits.words(), every));
  }

  /**
   * How texts are read.
   *
   * @param words of the model
   * @param instructions before them
   * @param queryMaxLength tokens of a query at most, special ones included
   * @param passageMaxLength the same for passages
   */
  public record Texts(
      ProbeTasks.Words words,
      Instructions instructions,
      int queryMaxLength,
      int passageMaxLength) {}
}
