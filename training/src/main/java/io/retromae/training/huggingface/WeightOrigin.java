package io.retromae.training.huggingface;

import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.WeightInitializer;
import io.retromae.training.memory.HostVector;
import java.io.IOException;

/** Where a run's first weights come from. */
public sealed interface WeightOrigin {
  /** In one line. */
  String describe();

  /** Gives all parameters their first values: the same bits on every rank. */
  void fill(HostVector memory, ParameterLayout layout) throws IOException;

  /**
   * Refuses what cannot be trained, where that can be known beforehand.
   *
   * @throws ConfigException, CorruptDataException as {@link StartWeights#check}
   */
  default void check() {}

  /**
   * Gives a replica its first weights: the same bits on every rank.
   *
   * @throws IllegalStateException if it is a checkpoint that is taken up
   */
  default void fill(BertModel model) throws IOException {
    fill(model.parameters().fetch(), model.layout());
    model.parameters().store();
  }

  /** Random weights. */
  record Random(BertShape shape, long seed) implements WeightOrigin {
    @Override
    public String describe() {
      return "random weights, N(0, %s), seed %d".formatted(shape.initializerRange(), seed);
    }

    @Override
    public void fill(HostVector memory, ParameterLayout layout) {
      for (ParameterLayout.Parameter parameter : layout.parameters()) {
        WeightInitializer.fill(memory, parameter, shape, seed);
      }
    }
  }

  /** A Hugging Face folder; the seed is for what it lacks. */
  record Folder(StartWeights weights, long seed) implements WeightOrigin {
    @Override
    public String describe() {
      return weights.describe();
    }

    @Override
    public void check() {
      weights.check();
    }

    @Override
    public void fill(HostVector memory, ParameterLayout layout) throws IOException {
      weights.fill(memory, layout, seed);
    }
  }

  /**
   * A model that another job has still to make; for plans only.
   *
   * @param from {@code init.from} of the run
   */
  record ToCome(String from) implements WeightOrigin {
    @Override
    public String describe() {
      return "from %s, which is still to be made".formatted(from);
    }

    @Override
    public void fill(HostVector memory, ParameterLayout layout) {
      throw new IllegalStateException(
          "init.from = %s: planned with before it was there".formatted(from));
    }
  }

  /**
   * The run's own checkpoint, which has all that is needed.
   *
   * @param from {@code init.from} of the run
   */
  record Checkpoint(String from) implements WeightOrigin {
    @Override
    public String describe() {
      return "from " + from + ", by the run's own checkpoint";
    }

    @Override
    public void fill(HostVector memory, ParameterLayout layout) {
      throw new IllegalStateException(
          "init.from = %s: not read again, the weights are in the run's checkpoint"
              .formatted(from));
    }
  }
}
