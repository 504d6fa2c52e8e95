package io.retromae.training.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** What a vector's memory on a device and the engine's switches do, as far as a CPU shows it. */
class DeviceMemoryTest {
  @Test
  void aMirrorIsReadAndWrittenInPlaceOfItsVector() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray vector = manager.create(new float[] {1, 2, 3}, new Shape(3));
      MirroredHostMemory memory =
          new MirroredHostMemory(
              array -> manager.zeros(array.getShape(), array.getDataType()),
              (into, from) -> from.copyTo(into));

      ByteBuffer fetched = memory.fetch(vector).whole();
      assertEquals(2, fetched.getFloat(4));
      fetched.putFloat(4, 5);
      assertEquals(2, vector.getFloat(1), "not stored yet");
      memory.store(vector);
      assertEquals(5, vector.getFloat(1));
      assertEquals(ByteOrder.nativeOrder(), fetched.order());
    }
  }

  @Test
  void tf32IsWhatTheSettingSays() {
    TorchRuntime.start(1);
    TorchRuntime.prepareGpu(true);
    assertTrue(LibTorch.allowsTf32());
    TorchRuntime.prepareGpu(false);
    assertFalse(LibTorch.allowsTf32());
  }
}
