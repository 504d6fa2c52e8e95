package io.retromae.finetune.contrastive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import io.retromae.finetune.contrastive.ContrastiveRule.Distillation;
import io.retromae.finetune.contrastive.ContrastiveRule.Negatives;
import io.retromae.training.bert.AdamWStep;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.Pooling;
import io.retromae.training.collective.LocalCollective;
import io.retromae.training.collective.Parts;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.loop.StepInput;
import io.retromae.training.memory.HostVector;
import io.retromae.training.optimize.GradientNorm;
import io.retromae.training.optimize.GradientTree;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The position table stays; all else is trained as if its gradient were zero. */
class FixedPositionsTest {
  private static final int STEPS = 5;
  private static final String POSITIONS = "bert.embeddings.position_embeddings.weight";
  private static final List<PairBatch> SHARDS = RandomBatches.shards(2, 6, 3, false, 1);

  /** Bytes of what was trained. */
  private record Trained(
      ByteBuffer start, ByteBuffer parameters, ByteBuffer first, ByteBuffer second) {
    static ByteBuffer of(ByteBuffer whole, ParameterLayout.Parameter parameter) {
      return whole.slice((int) (4 * parameter.offset()), (int) (4 * parameter.size()));
    }
  }

  private static ContrastiveRule rule(int tokensPerChunk, boolean fixed) {
    return new ContrastiveRule(
        Pooling.CLS,
        true,
        0.05,
        Negatives.GLOBAL,
        true,
        Distillation.NONE,
        1,
        List.of(),
        tokensPerChunk,
        fixed);
  }

  private static ByteBuffer copy(HostVector vector) {
    HostVector copy = HostVector.allocate(vector.size());
    vector.copyTo(copy);
    return copy.whole();
  }

  private static ParameterLayout.Parameter positions(ParameterLayout layout) {
    return layout.parameters().stream()
        .filter(parameter -> parameter.name().equals(POSITIONS))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Some steps.
   *
   * @param zeroed whether the table's gradient is set to zero by hand
   * @param parts into which the update is cut, as by ranks that share the optimizer out
   */
  private static Trained train(ContrastiveRule rule, boolean zeroed, double decay, int parts)
      throws Exception {
    try (ContrastiveModel model = GoldenCase.model(rule, DataType.FLOAT32);
        LocalCollective alone = new LocalCollective()) {
      ByteBuffer start = copy(model.parameters().fetch());
      FlatVector first = model.newVector();
      FlatVector second = model.newVector();
      for (int step = 0; step < STEPS; step++) {
        GradientTree tree = new GradientTree(model);
        var input =
            new StepInput<>(
                step,
                Ranked.plan(SHARDS.size(), 1),
                new Ranked.Same(SHARDS),
                alone,
                tree,
                () -> {});
        new ContrastiveObjective(model, rule).step(input);
        FlatVector gradients = tree.sum();
        ParameterLayout.Parameter table = positions(model.layout());
        ByteBuffer ofTable = Trained.of(gradients.fetch().whole(), table);
        for (int i = 0; i < table.size() && zeroed; i++) {
          ofTable.putFloat(4 * i, 0);
        }
        long block = Parts.blockSize(model.layout().size());
        double norm = GradientNorm.of(model.norms(gradients, block));
        AdamWStep adam = new AdamWStep(step + 1, 1, 1, 1e-3, 0.9, 0.999, 1e-8, decay);
        for (int part = 0; part < parts; part++) {
          long from = part * (model.layout().size() / parts);
          long to =
              part == parts - 1 ? model.layout().size() : from + model.layout().size() / parts;
          model.update(
              adam, norm, gradients.part(from, to), first.part(from, to), second.part(from, to));
        }
      }
      return new Trained(
          start, copy(model.parameters().fetch()), copy(first.fetch()), copy(second.fetch()));
    }
  }

  @ParameterizedTest(name = "{0} tokens a chunk")
  @ValueSource(ints = {100, 1_000_000})
  void theTableKeepsItsBitsUnderWeightDecayToo(int tokens) throws Exception {
    ContrastiveRule rule = rule(tokens, true);
    ParameterLayout layout = ParameterLayout.withoutHead(GoldenCase.shape());

    for (int parts : new int[] {1, 3}) {
      Trained trained = train(rule, false, 0.1, parts);

      ParameterLayout.Parameter table = positions(layout);
      assertEquals(
          -1, Trained.of(trained.start(), table).mismatch(Trained.of(trained.parameters(), table)));
      ByteBuffer zeros = ByteBuffer.allocate((int) (4 * table.size()));
      assertEquals(-1, zeros.mismatch(Trained.of(trained.first(), table)));
      assertEquals(-1, zeros.mismatch(Trained.of(trained.second(), table)));
      for (ParameterLayout.Parameter other : layout.parameters()) {
        boolean same =
            Trained.of(trained.start(), other).mismatch(Trained.of(trained.parameters(), other))
                < 0;
        assertEquals(other.equals(table), same, other.name());
      }
    }
  }

  @ParameterizedTest(name = "{0} tokens a chunk")
  @ValueSource(ints = {100, 1_000_000})
  void allElseHasTheBitsOfATrainingWhoseTableHasNoGradient(int tokens) throws Exception {
    Trained fixed = train(rule(tokens, true), false, 0, 1);
    Trained zeroed = train(rule(tokens, false), true, 0, 1);
    Trained free = train(rule(tokens, false), false, 0, 1);

    assertEquals(-1, zeroed.parameters().mismatch(fixed.parameters()));
    assertEquals(-1, zeroed.first().mismatch(fixed.first()));
    assertEquals(-1, zeroed.second().mismatch(fixed.second()));
    assertTrue(free.parameters().mismatch(fixed.parameters()) >= 0);
  }
}
