package io.retromae.pretrain.retromae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.WeightInitializer;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.memory.HostVector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private static final BertShape SHAPE =
      new BertShape(50, 16, 2, 2, 32, 16, 2, 1e-12, 0.1, 0.1, 0.02, 0);

  static BatchArrays batch() {
    long[] ids = {2, 7, 8, 9, 3, 2, 10, 3, 0, 0};
    long[] encoderLabels = {-100, 20, -100, 21, -100, -100, 22, -100, -100, -100};
    long[] decoderLabels = {-100, 7, 8, 9, -100, -100, 10, -100, -100, -100};
    byte[] bits = new byte[10];
    java.util.Arrays.fill(bits, (byte) 0b10001);
    return new BatchArrays(
        2,
        5,
        ids,
        encoderLabels,
        ids,
        decoderLabels,
        new long[] {5, 3},
        bits,
        new long[0],
        new float[0]);
  }

  static RetroMaeModel model() {
    return model(Compute.CPU);
  }

  private static RetroMaeModel model(Compute compute) {
    RetroMaeVariant objective = new RetroMaeVariant(RetroMaeVariant.DecoderQuery.EMBEDDINGS, 0);
    RetroMaeModel model = RetroMaeModel.create(SHAPE, objective, DataType.FLOAT32, compute);
    HostVector memory = model.parameters().fetch();
    for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
      WeightInitializer.fill(memory, parameter, SHAPE, 1);
    }
    return model;
  }

  private static List<String> lossesOf(long... seeds) {
    List<String> losses = new ArrayList<>();
    try (RetroMaeModel model = model()) {
      FlatVector gradients = model.newVector();
      for (long seed : seeds) {
        try (BatchTensors tensors = model.tensors(batch())) {
          Losses loss = model.gradients(tensors, gradients, seed, LossScale.ONE);
          losses.add(loss + " " + gradients.fetch().whole().hashCode());
        }
      }
    }
    return losses;
  }

  @Test
  void theSameSeedGivesTheSameBitsAtAnyTime() {
    List<String> losses = lossesOf(5, 6, 5, 7, 5);

    assertEquals(losses.get(0), losses.get(2));
    assertEquals(losses.get(0), losses.get(4));
    assertNotEquals(losses.get(0), losses.get(1));
  }

  @Test
  void noSeedMeansNoDropout() {
    List<String> losses = lossesOf(RetroMaeModel.NO_DROPOUT, 3, RetroMaeModel.NO_DROPOUT);

    assertEquals(losses.get(0), losses.get(2));
    assertNotEquals(losses.get(0), losses.get(1));
  }

  @Test
  void ranksInOneProcessDoNotDisturbEachOther() throws Exception {
    List<String> alone = lossesOf(1, 2, 3, 4, 5, 6, 7, 8);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    List<Future<List<String>>> together = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      together.add(threads.submit(() -> lossesOf(1, 2, 3, 4, 5, 6, 7, 8)));
    }

    for (Future<List<String>> one : together) {
      assertEquals(alone, one.get());
    }
    threads.shutdown();
  }

  @Test
  void bfloat16DropsTheSameValues() {
    Compute low = Compute.on(Device.cpu(), true, false);
    try (RetroMaeModel exact = model();
        RetroMaeModel rounded = model(low);
        BatchTensors batch = exact.tensors(batch());
        BatchTensors same = rounded.tensors(batch())) {
      for (long seed = 1; seed < 20; seed++) {
        Losses want = exact.gradients(batch, exact.newVector(), seed, LossScale.ONE);
        Losses got = rounded.gradients(same, rounded.newVector(), seed, LossScale.ONE);

        assertEquals(want.total(), got.total(), 2e-3 * want.total(), "seed " + seed);
      }
    }
  }
}
