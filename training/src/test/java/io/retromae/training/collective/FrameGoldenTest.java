package io.retromae.training.collective;

import static io.retromae.training.connect.WireGolden.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retromae.training.connect.ConnectionId;
import io.retromae.training.connect.WireGolden;
import io.retromae.training.memory.HostVector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A rank writes, byte for byte, what was recorded, and understands what the other one wrote. */
class FrameGoldenTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int SIZE = 66; // two blocks, of which the second is short
  private static final InetSocketAddress NOWHERE = InetSocketAddress.createUnresolved("a", 5);

  @BeforeEach
  void payloadsAreOfThisByteOrder() {
    assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "recorded little-endian");
  }

  private static HostVector values(int rank) {
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = (rank + 1) * 0.37f + i;
    }
    return HostVector.copyOf(values);
  }

  private static float[] sum() {
    float[] sum = RankThreads.floats(values(0));
    for (int i = 0; i < SIZE; i++) {
      sum[i] += values(1).whole().asFloatBuffer().get(i);
    }
    return sum;
  }

  /** All that a rank wrote in some operations. */
  private static byte[] recorded(String mode, int rank, String... operations) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String operation : operations) {
      String prefix = "frame.%s.%s.".formatted(mode, operation);
      for (String name : WireGolden.names(prefix, ".from-rank-" + rank + ".")) {
        all.writeBytes(bytes(name));
      }
    }
    return all.toByteArray();
  }

  private static TcpCollective rank(
      int rank, CollectiveOptions.WireType wire, FakeTransport data, boolean encrypted) {
    CollectiveConfig config =
        new CollectiveConfig(
            WireGolden.JOB,
            WireGolden.ATTEMPT,
            rank,
            List.of(NOWHERE, NOWHERE),
            bytes("key"),
            new CollectiveOptions(LONG, LONG, wire, 1, encrypted));
    int peer = 1 - rank;
    return new TcpCollective(
        config,
        Map.of(
            new ConnectionId(peer, ConnectionId.Kind.DATA, 0),
            data,
            new ConnectionId(peer, ConnectionId.Kind.CONTROL, 0),
            FakeTransport.silent()));
  }

  @ParameterizedTest
  @CsvSource({"0, plain", "1, plain", "0, text", "1, text"})
  void everyKindOfOperation(int rank, String mode) {
    String[] operations = {
      "all-reduce", "reduce-scatter", "all-gather", "broadcast", "messages", "barrier"
    };
    byte[] said = recorded(mode, 1 - rank, operations);
    boolean encrypted = mode.equals("text");
    FakeTransport data = encrypted ? FakeTransport.saying(said) : FakeTransport.sayingPlain(said);

    try (TcpCollective collective =
        rank(rank, CollectiveOptions.WireType.FLOAT32, data, encrypted)) {
      HostVector summed = values(rank);
      collective.allReduceSum(summed);
      assertArrayEquals(sum(), RankThreads.floats(summed));
      HostVector scattered = values(rank);
      collective.reduceScatterSum(scattered);
      Parts.Part own = collective.part(SIZE, rank);
      assertArrayEquals(cut(sum(), own), cut(RankThreads.floats(scattered), own));
      HostVector gathered = values(rank);
      collective.allGather(gathered);
      Parts.Part theirs = collective.part(SIZE, 1 - rank);
      assertArrayEquals(
          cut(RankThreads.floats(values(1 - rank)), theirs),
          cut(RankThreads.floats(gathered), theirs));
      HostVector spread = values(rank);
      collective.broadcast(spread, 1);
      assertArrayEquals(RankThreads.floats(values(1)), RankThreads.floats(spread));
      byte[][] messages = collective.allGather(("loss of rank " + rank).getBytes());
      assertArrayEquals("loss of rank 0".getBytes(), messages[0]);
      assertArrayEquals("loss of rank 1".getBytes(), messages[1]);
      collective.barrier();
    }

    assertArrayEquals(recorded(mode, rank, operations), data.bytes());
  }

  private static float[] cut(float[] values, Parts.Part part) {
    return Arrays.copyOfRange(values, (int) part.from(), (int) part.to());
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void valuesThatAreRoundedOnTheirWay(int rank) {
    FakeTransport data =
        FakeTransport.sayingPlain(recorded("plain", 1 - rank, "all-reduce-bfloat16"));

    try (TcpCollective collective = rank(rank, CollectiveOptions.WireType.BFLOAT16, data, false)) {
      collective.allReduceSum(values(rank));
    }

    assertArrayEquals(recorded("plain", rank, "all-reduce-bfloat16"), data.bytes());
  }

  static Stream<Arguments> signals() {
    return Stream.of(
        Arguments.of(
            "abort", new ControlConnection.Signal.Abort("rank 1: no space left on \u00fcber-disk")),
        Arguments.of("leave", new ControlConnection.Signal.Leave()),
        Arguments.of("alive", new ControlConnection.Signal.Alive(42)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("signals")
  void everySignal(String name, ControlConnection.Signal signal) throws IOException {
    FakeTransport written = FakeTransport.silent();
    FakeTransport said = FakeTransport.saying(bytes("signal." + name));

    new ControlConnection(1, written).send(signal);

    assertArrayEquals(bytes("signal." + name), written.bytes());
    assertEquals(signal, new ControlConnection(1, said).receive());
  }
}
