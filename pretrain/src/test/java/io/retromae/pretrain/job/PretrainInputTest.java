package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.batch.BatchMaker;
import io.retromae.pretrain.batch.TokenTable;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.objective.ObjectiveCost;
import io.retromae.pretrain.objective.PretrainObjective;
import io.retromae.pretrain.retromae.BatchArrays;
import io.retromae.pretrain.retromae.RetroMae;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.loop.LossTerm;
import io.retromae.training.loop.Trainee;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainInputTest {
  @TempDir Path folder;

  /** RetroMAE, whose makers of batches say which threads use them. */
  private record Watched(
      RetroMae objective, Map<BatchMaker<BatchArrays>, Set<Thread>> threadsOfMakers)
      implements PretrainObjective<BatchArrays> {
    @Override
    public ParameterLayout layout(BertShape shape) {
      return objective.layout(shape);
    }

    @Override
    public List<LossTerm> terms() {
      return objective.terms();
    }

    @Override
    public Trainee<BatchArrays> newModel(BertShape shape, Compute compute) {
      return objective.newModel(shape, compute);
    }

    @Override
    public BatchMaker<BatchArrays> batches(TokenTable tokens, PretrainConfig config) {
      BatchMaker<BatchArrays> maker = objective.batches(tokens, config);
      return (rows, epoch) -> {
        threadsOfMakers.computeIfAbsent(maker, m -> new HashSet<>()).add(Thread.currentThread());
        return maker.build(rows, epoch);
      };
    }

    @Override
    public ObjectiveCost cost() {
      return objective.cost();
    }

    @Override
    public String describe() {
      return objective.describe();
    }
  }

  /** Held-out batches are made by the loop's thread while the queue's builds ahead. */
  @Test
  void noMakerOfBatchesIsSharedByTrainingAndEvaluation() throws Exception {
    TestCorpus.write(folder.resolve("corpus"), 160);
    Storage storage = new Storage(new Configuration());
    List<String> settings = new ArrayList<>(PretrainJobTest.settings(folder, "run"));
    settings.add("evaluation.holdout_shards=1");
    Resolved<PretrainConfig> resolved =
        ConfigLoader.load(PretrainConfig.class, List.of(), settings);
    PretrainPlan plan = PretrainPlan.of(storage, resolved.value());
    PretrainTask task = PretrainTask.of(resolved, storage, plan);
    Watched watched =
        new Watched(new RetroMae(resolved.value().objective()), new ConcurrentHashMap<>());
    ExecutorService queue = Executors.newSingleThreadExecutor();
    try (var input = PretrainInput.open(storage, task, plan.start(), watched)) {
      queue.submit(() -> input.batches().next(0, 0, 0)).get();
      input.heldOut().batch(0);
    } finally {
      queue.shutdownNow();
    }

    assertEquals(2, watched.threadsOfMakers().size());
    assertTrue(
        watched.threadsOfMakers().values().stream().allMatch(threads -> threads.size() == 1),
        watched.threadsOfMakers().toString());
  }
}
