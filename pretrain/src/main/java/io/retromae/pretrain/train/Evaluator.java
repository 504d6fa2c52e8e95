package io.retromae.pretrain.train;

import io.retromae.pretrain.collective.Collective;
import io.retromae.pretrain.model.BatchArrays;
import io.retromae.pretrain.model.BatchTensors;
import io.retromae.pretrain.model.Evaluation;
import io.retromae.pretrain.model.RetroMaeModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores held-out batches with all ranks: batch i belongs to rank i mod W. The sums of all batches
 * are gathered and added in the order of the batches, so every rank has the same bits, for every
 * number of ranks. Draws no random number and changes nothing that is trained.
 */
public final class Evaluator {
  /** Batches of a rank between two exchanges; a message is far below the collective's limit. */
  private static final int BATCHES_PER_ROUND = 64;

  private static final int BYTES_PER_BATCH = 8 * Long.BYTES;

  private final RetroMaeModel model;
  private final Collective collective;
  private final int count;
  private final Batches batches;

  /** Scores {@code count} batches; 0 for no evaluation. */
  public Evaluator(RetroMaeModel model, Collective collective, int count, Batches batches) {
    this.model = model;
    this.collective = collective;
    this.count = count;
    this.batches = batches;
  }

  /** Gives the batches, the same ones every time. */
  public interface Batches {
    /** The batch at a place. */
    BatchArrays batch(int index) throws IOException;
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
  Evaluation evaluate(Runnable beforeBatch) throws IOException {
    int ranks = collective.worldSize();
    Evaluation sum = Evaluation.NONE;
    for (int from = 0; from < count; from += ranks * BATCHES_PER_ROUND) {
      int end = Math.min(count, from + ranks * BATCHES_PER_ROUND);
      List<Evaluation> own = new ArrayList<>();
      for (int i = from + collective.rank(); i < end; i += ranks) {
        beforeBatch.run();
        own.add(score(i));
      }
      byte[][] all = collective.allGather(toBytes(own));
      for (int i = from; i < end; i++) {
        sum = sum.plus(read(all[(i - from) % ranks], (i - from) / ranks));
      }
    }
    return sum;
  }

  private Evaluation score(int index) throws IOException {
    try (BatchTensors tensors = model.tensors(batches.batch(index))) {
      return model.evaluate(tensors);
    }
  }

  private static byte[] toBytes(List<Evaluation> parts) {
    ByteBuffer out = ByteBuffer.allocate(parts.size() * BYTES_PER_BATCH);
    for (Evaluation e : parts) {
      out.putDouble(e.encoderLossSum()).putLong(e.encoderTokens()).putLong(e.encoderCorrect());
      out.putDouble(e.decoderLossSum()).putLong(e.decoderTokens()).putLong(e.decoderCorrect());
      out.putDouble(e.bowLossSum()).putLong(e.rows());
    }
    return out.array();
  }

  private static Evaluation read(byte[] message, int place) {
    ByteBuffer in = ByteBuffer.wrap(message).position(place * BYTES_PER_BATCH);
    return new Evaluation(
        in.getDouble(),
        in.getLong(),
        in.getLong(),
        in.getDouble(),
        in.getLong(),
        in.getLong(),
        in.getDouble(),
        in.getLong());
  }
}
