package io.retromae.training.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.BertShape;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.FlatVector;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientTreeTest {
  private static final BertShape SHAPE = new BertShape(10, 4, 1, 1, 8, 8, 2, 1e-12, 0, 0, 0.02, 0);

  private static float[] leaf(int number, int size) {
    Random random = new Random(number);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(6)));
    }
    return values;
  }

  /** The sum of leaves [from, to), to - from being halved at the largest power of two below it. */
  private static float[] treeSum(int from, int to, int size) {
    if (to - from == 1) {
      return leaf(from, size);
    }
    int half = Integer.highestOneBit(to - from - 1);
    float[] left = treeSum(from, from + half, size);
    float[] right = treeSum(from + half, to, size);
    for (int i = 0; i < size; i++) {
      left[i] += right[i];
    }
    return left;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 12, 16})
  void theSumIsThatOfTheFixedTree(int leaves) {
    try (BertModel model = BertModel.withoutHead(SHAPE, Compute.CPU)) {
      int size = (int) model.layout().size();
      GradientTree tree = new GradientTree(model);
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < leaves; i++) {
          FlatVector leaf = tree.borrow();
          leaf.fetch().whole().asFloatBuffer().put(leaf(i, size));
          tree.push(leaf);
        }

        FlatVector sum = tree.sum();

        float[] want = treeSum(0, leaves, size);
        for (int i = 0; i < size; i++) {
          assertEquals(want[i], sum.fetch().whole().getFloat(4 * i), "element " + i);
        }
        tree.release(sum);
      }
    }
  }
}
