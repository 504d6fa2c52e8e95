package io.retromae.pretrain.retromae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.JniUtils;
import io.retromae.core.hash.SplitMix64;
import io.retromae.training.bert.AdamWStep;
import io.retromae.training.bert.BertShape;
import io.retromae.training.collective.Parts;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.libtorch.TorchRuntime;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors large enough that libtorch shares them among threads, cut into parts and not. */
class PartUpdateTest {
  private static final BertShape SHAPE =
      new BertShape(3_001, 96, 2, 2, 200, 64, 2, 1e-12, 0, 0, 0.02, 0);
  private static final int SECOND = 4;
  private static final AdamWStep STEP = new AdamWStep(2, 0.5, 1, 1e-3, 0.9, 0.999, 1e-8, 0.01);

  @BeforeAll
  static void startEngine() {
    TorchRuntime.start(1);
  }

  @AfterEach
  void oneThread() {
    JniUtils.setNumThreads(1);
  }

  /** A value depends on its place in the layout, not on the part that it is in. */
  private static void fill(FlatVector vector, double scale, long purpose) {
    ByteBuffer values = vector.fetch().whole();
    for (long i = vector.from(); values.hasRemaining(); i++) {
      double value = scale * (SplitMix64.mix(purpose << 40 | i) / 0x1p63);
      values.putFloat((float) (purpose == SECOND ? Math.abs(value) : value));
    }
  }

  private static RetroMaeModel model() {
    RetroMaeModel model =
        RetroMaeModel.create(
            SHAPE,
            new RetroMaeVariant(RetroMaeVariant.DecoderQuery.EMBEDDINGS, 0),
            DataType.FLOAT32);
    fill(model.parameters(), 0.02, 1);
    return model;
  }

  /** A model whose parts have been updated one after another. */
  private static RetroMaeModel updated(int parts) {
    RetroMaeModel model = model();
    long size = model.layout().size();
    FlatVector gradients = model.newVector();
    fill(gradients, 1, 2);
    double norm = 20;
    for (int i = 0; i < parts; i++) {
      Parts.Part part = Parts.of(size, i, parts);
      FlatVector first = model.newVector(part.from(), part.to());
      FlatVector second = model.newVector(part.from(), part.to());
      fill(first, 1e-2, 3);
      fill(second, 1e-4, SECOND);
      model.update(STEP, norm, gradients.part(part.from(), part.to()), first, second);
    }
    return model;
  }

  @ParameterizedTest(name = "{0} parts, {1} threads")
  @CsvSource({
    "2, 1", "3, 1", "8, 1", "100, 1", "1, 2", "2, 2", "8, 2"
  }) // the last of 100 is all biases
  void partsAreUpdatedToTheBitsOfTheWhole(int parts, int threads) {
    JniUtils.setNumThreads(1);
    try (RetroMaeModel whole = updated(1)) {
      JniUtils.setNumThreads(threads);
      try (RetroMaeModel cut = updated(parts)) {
        ByteBuffer want = whole.parameters().fetch().whole();

        assertEquals(want, cut.parameters().fetch().whole());
      }
    }
  }

  @ParameterizedTest(name = "{0} parts, {1} threads")
  @CsvSource({"1, 1", "2, 1", "7, 1", "1, 2", "2, 2", "8, 2"})
  void normsOfBlocksHaveTheSameBitsHoweverTheVectorIsCut(int parts, int threads) {
    JniUtils.setNumThreads(1);
    try (RetroMaeModel model = model()) {
      FlatVector vector = model.parameters();
      long block = Parts.blockSize(vector.size());
      double[] want = model.norms(vector, block);
      JniUtils.setNumThreads(threads);
      double[] got = new double[want.length];
      for (int i = 0; i < parts; i++) {
        Parts.Part part = Parts.of(vector.size(), i, parts);
        double[] norms = model.norms(vector.part(part.from(), part.to()), block);
        System.arraycopy(norms, 0, got, (int) (part.from() / block), norms.length);
      }

      assertArrayEquals(want, got);
      assertEquals(norm(vector, 0, block), want[0], want[0] * 1e-6);
      long last = (want.length - 1) * block;
      double rest = want[want.length - 1];
      assertEquals(norm(vector, last, vector.size() - last), rest, rest * 1e-6);
    }
  }

  private static double norm(FlatVector vector, long from, long count) {
    ByteBuffer values = vector.fetch().slice(from, count);
    double squares = 0;
    while (values.hasRemaining()) {
      double value = values.getFloat();
      squares += value * value;
    }
    return Math.sqrt(squares);
  }
}
