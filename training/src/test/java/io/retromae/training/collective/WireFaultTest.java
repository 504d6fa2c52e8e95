package io.retromae.training.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.training.memory.HostVector;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a network can do to two ranks. */
class WireFaultTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int SIZE = 100_000;

  private static Integer sum(Collective collective) {
    HostVector values = HostVector.copyOf(new float[SIZE]);
    collective.allReduceSum(values);
    collective.allReduceSum(values);
    collective.barrier();
    return 0;
  }

  /** Both ranks must end with one message that names both. */
  private static String failure(UnaryOperator<byte[]> change) throws Exception {
    try (RankThreads threads = new RankThreads(2, LONG);
        Proxy proxy = Proxy.spoiling(threads.addresses.get(0), change)) {
      List<Future<Integer>> ranks = threads.start(through(threads, proxy), WireFaultTest::sum);

      String failure = RankThreads.failure(ranks.get(0));
      assertEquals(failure, RankThreads.failure(ranks.get(1)));
      assertTrue(failure.contains("rank 0"), failure);
      assertTrue(failure.contains("rank 1"), failure);
      return failure;
    }
  }

  private static UnaryOperator<CollectiveConfig> through(RankThreads threads, Proxy proxy) {
    List<InetSocketAddress> addresses = List.of(proxy.address(), threads.addresses.get(1));
    UnaryOperator<CollectiveConfig> change = RankThreads.at(addresses);
    return config -> config.rank() == 0 ? config : change.apply(config);
  }

  private static UnaryOperator<byte[]> flipping(int position) {
    return frame -> {
      frame[position] ^= 16;
      return frame;
    };
  }

  private static UnaryOperator<byte[]> announcing(UnaryOperator<FrameHeader> change) {
    return frame -> {
      try {
        FrameHeader header = FrameHeader.read(ByteBuffer.wrap(frame));
        change.apply(header).writeTo(ByteBuffer.wrap(frame));
        return frame;
      } catch (ProtocolException e) {
        throw new AssertionError(e);
      }
    };
  }

  @Test
  void aFlippedByteOfThePayloadIsFound() throws Exception {
    String failure = failure(flipping(FrameHeader.BYTES + 5_000));

    assertTrue(failure.contains("payload damaged"), failure);
    assertShowsBothChecksums(failure);
  }

  @Test
  void aFlippedByteOfTheHeaderIsFound() throws Exception {
    String failure = failure(flipping(20));

    assertTrue(failure.contains("header damaged"), failure);
    assertTrue(failure.contains("it begins with 524d4145 (must be 524d4145)"), failure);
    assertShowsBothChecksums(failure);
  }

  private static void assertShowsBothChecksums(String failure) {
    assertTrue(failure.matches(".*its CRC32C is [0-9a-f]{8} \\(sent [0-9a-f]{8}\\).*"), failure);
  }

  @Test
  void aWrongLengthIsRefused() throws Exception {
    String failure =
        failure(
            announcing(
                h -> new FrameHeader(h.job(), h.operation(), h.kind(), h.frame(), Long.MAX_VALUE)));

    assertTrue(failure.contains(Long.MAX_VALUE + " bytes"), failure);
  }

  @Test
  void anotherOperationIsRefused() throws Exception {
    String failure =
        failure(
            announcing(
                h -> new FrameHeader(h.job(), h.operation() + 6, h.kind(), h.frame(), h.length())));

    assertTrue(failure.contains("operation 7"), failure);
    assertTrue(failure.contains("operation 1"), failure);
  }

  @Test
  void anotherKindOfOperationIsRefused() throws Exception {
    String failure =
        failure(
            announcing(
                h -> new FrameHeader(h.job(), h.operation(), h.kind() + 1, h.frame(), h.length())));

    assertTrue(failure.contains("(reduce-scatter)"), failure);
    assertTrue(failure.contains("(all-reduce)"), failure);
  }

  @Test
  void anotherJobIsRefused() throws Exception {
    String failure =
        failure(
            announcing(
                h -> new FrameHeader(0xbad, h.operation(), h.kind(), h.frame(), h.length())));

    assertTrue(failure.contains("job bad"), failure);
  }

  @Test
  void aFrameThatComesAgainIsRefused() throws Exception {
    String failure =
        failure(
            frame -> {
              byte[] twice = Arrays.copyOf(frame, 2 * frame.length);
              System.arraycopy(frame, 0, twice, frame.length, frame.length);
              return twice;
            });

    assertTrue(failure.contains("got frame 0"), failure);
    assertTrue(failure.contains("frame 1,"), failure);
  }

  @Test
  void aSlowNetworkIsNotADeadOne() throws Exception {
    Duration timeout = Duration.ofMillis(500);
    try (RankThreads threads = new RankThreads(2, timeout);
        Proxy proxy = Proxy.throttled(threads.addresses.get(0), 1_000_000)) {
      UnaryOperator<CollectiveConfig> slow = RankThreads.talking(CollectiveOptions.plain(timeout));
      UnaryOperator<CollectiveConfig> change = through(threads, proxy);
      List<Float> sums =
          RankThreads.all(
              threads.start(
                  config -> change.apply(slow.apply(config)),
                  collective -> {
                    HostVector values = HostVector.copyOf(new float[500_000]);
                    values.whole().putFloat(0, 1);
                    collective.allReduceSum(values);
                    return values.whole().getFloat(0);
                  }));

      assertEquals(List.of(2f, 2f), sums);
    }
  }

  @Test
  void aConnectionThatIsHalfOpenIsFoundByItsSilence() throws Exception {
    CountDownLatch ready = new CountDownLatch(2);
    try (RankThreads threads = new RankThreads(2, Duration.ofSeconds(1));
        Proxy proxy = Proxy.faithful(threads.addresses.get(0))) {
      List<Future<Integer>> ranks =
          threads.start(
              through(threads, proxy),
              collective -> {
                collective.barrier();
                ready.countDown();
                ready.await();
                proxy.freeze();
                return sum(collective);
              });

      for (Future<Integer> rank : ranks) {
        String failure = RankThreads.failure(rank);
        assertTrue(failure.contains("no sign of life for 1 s"), failure);
        assertTrue(failure.contains("rank 0") && failure.contains("rank 1"), failure);
      }
    }
  }
}
