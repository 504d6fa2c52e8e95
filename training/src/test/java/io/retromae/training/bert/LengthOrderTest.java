package io.retromae.training.bert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LengthOrderTest {
  /** One long row among many short ones. */
  private static final int[] LENGTHS =
      IntStream.range(0, 1_301).map(row -> row == 700 ? 512 : 5 + row % 7).toArray();

  @Test
  void whereRowsArePaddedTheLongestCountsForAll() {
    List<int[]> batches = LengthOrder.batches(LENGTHS, 4_096, true);

    assertEquals(1_301, batches.stream().flatMapToInt(Arrays::stream).distinct().count());
    for (int[] batch : batches) {
      assertTrue(batch.length * LENGTHS[batch[0]] <= 4_096, batch.length + " rows");
    }
    assertEquals(8, batches.get(0).length);
    assertEquals(1, LengthOrder.batches(new int[] {600}, 512, true).size());
  }

  @Test
  void elsewhereTrueLengthsCount() {
    List<int[]> batches = LengthOrder.batches(LENGTHS, 4_096, false);

    assertTrue(batches.get(0).length > 300);
    for (int[] batch : batches) {
      assertTrue(Arrays.stream(batch).map(row -> LENGTHS[row]).sum() <= 4_096);
    }
  }
}
