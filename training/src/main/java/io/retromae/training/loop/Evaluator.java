package io.retromae.training.loop;

import io.retromae.training.collective.Collective;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Scores held-out batches with all ranks: batch i belongs to rank i mod W. The sums of all batches
 * are gathered and added in the order of the batches, so every rank has the same bits, for every
 * number of ranks. Draws no random number and changes nothing that is trained.
 *
 * @param <S> a batch
 */
public final class Evaluator<S extends MicroBatch> {
  /** Batches of a rank between two exchanges; a message is far below the collective's limit. */
  private static final int BATCHES_PER_ROUND = 64;

  private static final int BYTES_PER_TERM = Double.BYTES + 2 * Long.BYTES;
  private static final long NOT_COUNTED = -1;

  private final Objective<S> objective;
  private final Collective collective;
  private final int count;
  private final Batches<S> batches;

  /** Scores {@code count} batches; 0 for no evaluation. */
  public Evaluator(Objective<S> objective, Collective collective, int count, Batches<S> batches) {
    this.objective = objective;
    this.collective = collective;
    this.count = count;
    this.batches = batches;
  }

  /**
   * Gives the batches, the same ones every time.
   *
   * @param <S> a batch
   */
  public interface Batches<S> {
    /** The batch at a place. */
    S batch(int index) throws IOException;
  }

  /** Whether there is something to score. */
  boolean hasBatches() {
    return count > 0;
  }

  /**
   * Scores all batches with the parameters as they are. Every rank must call it.
   *
   * @param beforeBatch called before each of this rank's batches
   */
  EvaluationSums evaluate(Runnable beforeBatch) throws IOException {
    int ranks = collective.worldSize();
    EvaluationSums sum = EvaluationSums.NONE;
    for (int from = 0; from < count; from += ranks * BATCHES_PER_ROUND) {
      int end = Math.min(count, from + ranks * BATCHES_PER_ROUND);
      List<EvaluationSums> own = new ArrayList<>();
      for (int i = from + collective.rank(); i < end; i += ranks) {
        beforeBatch.run();
        own.add(objective.evaluate(batches.batch(i)));
      }
      byte[][] all = collective.allGather(toBytes(own));
      for (int i = from; i < end; i++) {
        sum = sum.plus(read(all[(i - from) % ranks], (i - from) / ranks));
      }
    }
    return sum;
  }

  private int bytesPerBatch() {
    return objective.terms().size() * BYTES_PER_TERM + Long.BYTES;
  }

  private byte[] toBytes(List<EvaluationSums> parts) {
    ByteBuffer out = ByteBuffer.allocate(parts.size() * bytesPerBatch());
    for (EvaluationSums part : parts) {
      for (LossTerm term : objective.terms()) {
        EvaluationSums.Sum sum = part.terms().get(term.name());
        if (sum == null) {
          throw new IllegalStateException(
              "the objective scored %s, not its term %s"
                  .formatted(part.terms().keySet(), term.name()));
        }
        out.putDouble(sum.loss()).putLong(sum.count()).putLong(sum.correct().orElse(NOT_COUNTED));
      }
      out.putLong(part.rows());
    }
    return out.array();
  }

  private EvaluationSums read(byte[] message, int place) {
    ByteBuffer in = ByteBuffer.wrap(message).position(place * bytesPerBatch());
    Map<String, EvaluationSums.Sum> terms = new LinkedHashMap<>();
    for (LossTerm term : objective.terms()) {
      double loss = in.getDouble();
      long tokens = in.getLong();
      long correct = in.getLong();
      OptionalLong hits = correct == NOT_COUNTED ? OptionalLong.empty() : OptionalLong.of(correct);
      terms.put(term.name(), new EvaluationSums.Sum(loss, tokens, hits));
    }
    return new EvaluationSums(terms, in.getLong());
  }
}
