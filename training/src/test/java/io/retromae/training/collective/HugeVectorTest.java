package io.retromae.training.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.training.memory.HostVector;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More bytes than a buffer can hold; takes 2.3 GB a rank: -Dretromae.huge=true. */
@EnabledIfSystemProperty(named = "retromae.huge", matches = "true")
class HugeVectorTest {
  private static final long SIZE = (1L << 29) + 100_001;

  @ParameterizedTest(name = "{0} ranks")
  @ValueSource(ints = {2, 3})
  void aVectorMayBeLongerThanABuffer(int world) throws Exception {
    long[] places = {0, SIZE / 3, SIZE / 2, (1L << 29) + 1, SIZE - 1};
    try (RankThreads threads = new RankThreads(world, Duration.ofSeconds(60))) {
      List<Float> sums =
          RankThreads.all(
              threads.start(
                  collective -> {
                    HostVector values = HostVector.allocate(SIZE);
                    for (int i = 0; i < places.length; i++) {
                      values.slice(places[i], 1).putFloat(0, i + collective.rank());
                    }
                    collective.allReduceSum(values);
                    collective.broadcast(values, 1);
                    float sum = 0;
                    for (long place : places) {
                      sum += values.slice(place, 1).getFloat(0);
                    }
                    return sum;
                  }));

      float each = 10 * world + 5 * world * (world - 1) / 2f;
      sums.forEach(sum -> assertEquals(each, sum));
    }
  }
}
