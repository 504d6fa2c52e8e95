package io.retromae.finetune.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.finetune.data.DataSet;
import io.retromae.finetune.data.LengthSample;
import io.retromae.finetune.data.PairLine;
import io.retromae.training.bert.BertShape;
import io.retromae.training.estimate.EvaluationWork;
import io.retromae.training.estimate.TrainingCost;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FinetuneCostTest {
  private static final BertShape SHAPE =
      new BertShape(30_522, 256, 4, 4, 1_024, 512, 2, 1e-12, 0.1, 0.1, 0.02, 0);
  private static final FinetuneCost.Evaluated NOTHING =
      new FinetuneCost.Evaluated(0, 0, 0, 0, EvaluationWork.NONE);

  private static TrainingCost cost(FinetuneCost.Evaluated evaluated, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "init.from=m",
                "output=o",
                "data={train: [p], global_batch_size: 32, train_group_size: 4, logical_shards: 1}",
                "data={query_max_length: 64, passage_max_length: 128, tokens_per_chunk: 20000}",
                "cluster.workers=1"));
    all.addAll(List.of(settings));
    FinetuneConfig config = ConfigLoader.load(FinetuneConfig.class, List.of(), all).value();
    PairLine line =
        new PairLine(
            "q", List.of("p"), List.of("n"), new double[0], new double[0], PairLine.Traits.NONE);
    DataSet set = new DataSet("s", Collections.nCopies(64, line), 1, false);
    LengthSample full = new LengthSample(64, 64, 128, 0, 0);
    return FinetuneCost.of(SHAPE, config, List.of(set), List.of(full), evaluated, 100);
  }

  /**
   * A process that made this step (bench/FinetuneSpeed.java) grew by 696 MB while it did, state of
   * four vectors left out: 1,129 at its peak, 433 before.
   */
  @Test
  void activationsAreNearThoseThatWereMeasured() {
    double estimated = cost(NOTHING).memory().activations() / 1e6;

    assertEquals(1.1, estimated / 696, 0.15);
  }

  @Test
  void smallerChunksAndGpusAreReckonedWith() {
    long whole = cost(NOTHING).memory().activations();
    long chunks = cost(NOTHING, "data.tokens_per_chunk=2048").memory().activations();
    long gpu = cost(NOTHING, "compute.device=cuda").memory().activations();

    assertTrue(chunks < whole / 3, chunks + " of " + whole);
    assertTrue(gpu > whole, "a GPU encodes all of a chunk at once: " + gpu);
  }

  @Test
  void evaluationsAreCountedAsOftenAsTheyAreMade() {
    EvaluationWork probe = EvaluationWork.ofRetrieval(1e9, 10, 100, 256, 1);
    FinetuneCost.Evaluated both = new FinetuneCost.Evaluated(0, 2, 64, 128, probe);
    String every = "evaluation={holdout_lines: 64, eval_steps: 25}";

    EvaluationWork heldOut =
        cost(new FinetuneCost.Evaluated(0, 2, 64, 128, EvaluationWork.NONE), every).evaluation();
    EvaluationWork all = cost(both, every).evaluation();

    assertEquals(EvaluationWork.NONE, cost(NOTHING).evaluation());
    assertEquals(5, heldOut.times());
    assertEquals(5 * 64 * 128, heldOut.ranked());
    assertEquals(5 * (64 * 128 + 10 * 100), all.ranked());
    assertEquals(5e9, all.flops() - heldOut.flops(), 1);
  }
}
