package io.retromae.pretrain.retromae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.Script;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.FlatVector;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The encoder's sources without RetroMAE's: alone, and under another objective. */
class ScriptTest {
  private static final String OBJECTIVE = "/io/retromae/pretrain/retromae/mlm.py";

  /** Calls a method with a model's parameters and some of a batch's arrays. */
  private static NDArray call(
      Model script,
      String method,
      RetroMaeModel model,
      BatchTensors batch,
      Set<String> read,
      NDList more) {
    NDManager scope = batch.manager();
    NDList arguments = new NDList();
    for (ParameterLayout.Parameter parameter : model.layout().views()) {
      long end = parameter.offset() + parameter.size();
      NDArray view = model.parameters().array().get(new NDIndex(parameter.offset() + ":" + end));
      arguments.add(
          Script.named("p." + parameter.name(), view.reshape(new Shape(parameter.shape()))));
    }
    batch.arrays().stream().filter(a -> read.contains(a.getName())).forEach(arguments::add);
    arguments.addAll(more);
    return Script.call(script, scope, method, arguments, false).get(0);
  }

  @Test
  void theEncoderAloneReadsOnlyIdsAndLengths() {
    try (RetroMaeModel model = GoldenModels.load("retromae_raw", DataType.FLOAT32);
        Model encoder = Script.encoder(model.shape(), Compute.CPU).load(Device.cpu());
        BatchTensors batch = model.tensors(GoldenBatches.batch("mixed"))) {
      Set<String> read = Set.of("b.input_ids", "b.lengths");
      NDArray got = call(encoder, "embeddings", model, batch, read, new NDList());

      float[][] want = model.embeddings(batch);
      float[] rows = got.toFloatArray();
      int width = model.shape().hiddenSize();
      for (int i = 0; i < want.length; i++) {
        float[] row = java.util.Arrays.copyOfRange(rows, i * width, (i + 1) * width);
        assertArrayEquals(want[i], row, "row " + i);
      }
    }
  }

  @ParameterizedTest(name = "checkpointing {0}, seed {1}")
  @CsvSource({"false, -1", "false, 7", "true, 7"})
  void anotherObjectiveGetsTheEncodersGradient(boolean checkpointing, long seed) {
    Compute compute = Compute.on(Device.cpu(), false, checkpointing);
    try (RetroMaeModel model = GoldenModels.load("retromae_raw", DataType.FLOAT64, compute);
        Model mlm =
            Script.encoder(model.shape(), compute)
                .with("Mlm", OBJECTIVE, Map.of("mlm_weight", 1.0))
                .load(Device.cpu());
        BatchTensors batch = model.tensors(GoldenBatches.batch("mixed"))) {
      FlatVector want = model.newVector();
      FlatVector got = model.newVector();
      NDList more = new NDList(Script.named("flat", got.array()));
      more.add(Script.named("seed", batch.manager().create(seed)));
      Set<String> read = Set.of("b.input_ids", "b.lengths", "b.encoder_labels");

      NDArray loss = call(mlm, "gradients", model, batch, read, more);

      Losses losses = model.gradients(batch, want, seed, new LossScale(1, 0, 0));
      assertEquals(losses.encoder(), loss.getDouble(), 1e-12);
      for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
        double[] gradient = GoldenModels.slice(got, model, parameter.name());
        assertArrayEquals(
            GoldenModels.slice(want, model, parameter.name()), gradient, 1e-12, parameter.name());
      }
    }
  }

  @Test
  void whatDoesNotCompileOrIsNotThereIsNamed() {
    BertShape shape = new BertShape(50, 8, 1, 2, 16, 16, 2, 1e-12, 0, 0, 0.02, 0);
    Script encoder = Script.encoder(shape, Compute.CPU);
    Script broken = encoder.with("Broken", "/io/retromae/pretrain/retromae/broken.py", Map.of());
    Script missing = encoder.with("Missing", "/nowhere.py", Map.of());
    Script text = encoder.with("Text", OBJECTIVE, Map.of("mlm_weight", "one"));

    String first = assertThrows(IllegalStateException.class, () -> load(broken)).getMessage();
    String second = assertThrows(UncheckedIOException.class, () -> load(missing)).getMessage();
    String third = assertThrows(IllegalArgumentException.class, () -> load(text)).getMessage();

    assertTrue(first.startsWith("script Broken cannot be loaded: "), first);
    assertTrue(first.contains("broken.py"), first);
    assertTrue(second.contains("script Missing: no resource /nowhere.py"), second);
    assertTrue(third.startsWith("attribute mlm_weight = one is a java.lang.String"), third);
  }

  private static void load(Script script) {
    script.load(Device.cpu()).close();
  }
}
