package io.retromae.pretrain.retromae;

import io.retromae.training.bert.GoldenFolder;
import io.retromae.training.safetensors.TensorData;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;

/** The recorded batches and tensors of {@code -Dretromae.golden.dir}. */
public final class GoldenBatches {
  public static final GoldenFolder FOLDER = GoldenFolder.of("retromae.golden.dir");

  private GoldenBatches() {}

  static boolean exists(String name) {
    return Files.exists(FOLDER.path().resolve(name));
  }

  /** A recorded batch in the form that training feeds. */
  public static BatchArrays batch(String name) {
    Map<String, TensorData> batch = FOLDER.tensors("batches/" + name + ".safetensors");
    long[] shape = batch.get("encoder_input_ids").shape();
    int rows = (int) shape[0];
    int length = (int) shape[1];
    long[] lengths = new long[rows];
    int[] mask = batch.get("encoder_attention_mask").toInts();
    for (int i = 0; i < mask.length; i++) {
      lengths[i / length] += mask[i];
    }
    int bytesPerQuery = (length + 7) / 8;
    byte[] bits = new byte[rows * length * bytesPerQuery];
    int[] visible = batch.get("decoder_attention_mask").toInts();
    for (int i = 0; i < visible.length; i++) {
      int key = i % length;
      bits[i / length * bytesPerQuery + key / 8] |= (byte) (visible[i] << (key % 8));
    }
    double[] weights = batch.get("bag_word_weight").toDoubles();
    long[] index = new long[weights.length];
    float[] weight = new float[weights.length];
    int n = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] != 0) {
        index[n] = i;
        weight[n++] = (float) weights[i];
      }
    }
    return new BatchArrays(
        rows,
        length,
        longs(batch.get("encoder_input_ids")),
        longs(batch.get("encoder_labels")),
        longs(batch.get("decoder_input_ids")),
        longs(batch.get("decoder_labels")),
        lengths,
        bits,
        Arrays.copyOf(index, n),
        Arrays.copyOf(weight, n));
  }

  private static long[] longs(TensorData tensor) {
    return Arrays.stream(tensor.toInts()).asLongStream().toArray();
  }
}
