package io.retromae.pretrain.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.job.Objectives;
import io.retromae.pretrain.retromae.RetroMaeModel;
import io.retromae.training.bert.BertShape;
import io.retromae.training.estimate.WorkerMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EstimateTest {
  private static BertShape shape(int layers, int hidden, int vocabulary) {
    return new BertShape(
        vocabulary, hidden, layers, hidden / 64, 4 * hidden, 512, 2, 1e-12, 0.1, 0.1, 0.02, 0);
  }

  private static PretrainConfig config(String... settings) {
    List<String> all = new ArrayList<>(List.of("corpus=c", "output=o"));
    all.addAll(List.of(settings));
    return ConfigLoader.load(PretrainConfig.class, List.of(), all).value();
  }

  /** docs/performance.md, "Where the time goes": GFLOP of one micro-batch of full rows. */
  @Test
  void operationsAreThoseOfThePublishedTable() {
    assertGflop(177, shape(4, 256, 30_522), 16, 128);
    assertGflop(303, shape(6, 384, 21_128), 8, 256);
    assertGflop(1_660, shape(12, 768, 30_522), 4, 512);
  }

  private static void assertGflop(double published, BertShape shape, int rows, int length) {
    PretrainConfig config =
        config(
            "data.logical_shards=1",
            "data.per_device_train_batch_size=" + rows,
            "data.max_seq_length=" + length,
            "cluster.workers=1");

    double counted =
        PretrainCost.work(shape, config, Objectives.of(config.objective()).cost(), length).flops()
            / 1e9;

    assertEquals(1, counted / published, 0.04);
  }

  @Test
  void stateIs16BytesAParameterAnd4ForEachFurtherVector() {
    BertShape shape = shape(12, 768, 30_522);
    long parameters = RetroMaeModel.layout(shape).size();
    PretrainConfig four = config("data.logical_shards=4", "cluster.workers=1");
    PretrainConfig sharded =
        config("data.logical_shards=8", "cluster.workers=8", "cluster.zero_stage=1");

    WorkerMemory all = PretrainCost.memory(shape, four, Objectives.of(four.objective()));
    WorkerMemory part = PretrainCost.memory(shape, sharded, Objectives.of(sharded.objective()));

    assertEquals((12 + 4 * 4) * parameters, all.state());
    assertEquals(12 * parameters, all.checkpoint());
    assertEquals((4 + 1 + 4 * 2) * parameters, part.state(), "moments of one in eight");
    assertEquals((4 + 1) * parameters, part.checkpoint());
  }

  private static WorkerMemory memory(BertShape shape, PretrainConfig config) {
    return PretrainCost.memory(shape, config, Objectives.of(config.objective()));
  }

  @Test
  void aProbesTextsAndVectorsAreOnTheHeap() {
    BertShape shape = shape(12, 768, 30_522);
    long without = memory(shape, config()).heap();
    long with =
        memory(shape, config("evaluation.probe.tasks=[{name: a, path: b}, {name: c, path: d}]"))
            .heap();

    long vectors = 2L * (1_000 + 10_000) * 768 * Float.BYTES;
    assertTrue(with - without > vectors && with - without < 2 * vectors, "" + (with - without));
  }

  @Test
  void checkpointingAndShorterRowsTakeLess() {
    BertShape shape = shape(12, 768, 30_522);
    long full = memory(shape, config("cluster.workers=8")).activations();
    long again = memory(shape, config("compute.gradient_checkpointing=true")).activations();
    long shorter = memory(shape, config("data.max_seq_length=128")).activations();

    assertTrue(again < full / 2, again + " of " + full);
    assertTrue(shorter < full / 3, shorter + " of " + full);
  }
}
