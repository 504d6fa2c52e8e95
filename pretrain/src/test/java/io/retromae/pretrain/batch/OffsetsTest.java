package io.retromae.pretrain.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OffsetsTest {
  @Test
  void everyPlaceIsFoundInItsPartAndEmptyPartsHoldNothing() {
    int[] sizes = {0, 3, 0, 0, 2, 1, 0};
    Offsets offsets = Offsets.of(IntStream.of(sizes));

    int place = 0;
    for (int part = 0; part < sizes.length; part++) {
      assertEquals(place, offsets.start(part));
      for (int i = 0; i < sizes[part]; i++) {
        assertEquals(part, offsets.partOf(place++), "place " + place);
      }
    }
    assertEquals(6, offsets.start(sizes.length));
    assertThrows(IllegalArgumentException.class, () -> offsets.partOf(6));
    assertThrows(IllegalArgumentException.class, () -> offsets.partOf(-1));
  }
}
