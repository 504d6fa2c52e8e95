package io.retromae.training.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who comes to the door of rank 0 of four, and who gets in. */
class AcceptorTest {
  private static final byte[] KEY =
      KeyDerivation.derive("test secret".getBytes(), "salt".getBytes(), "job", 1);
  private static final int WORLD = 4;
  private static final ConnectionId DATA = new ConnectionId(0, ConnectionId.Kind.DATA, 0);

  private final BlockingQueue<Map.Entry<ConnectionId, Transport>> accepted =
      new LinkedBlockingQueue<>();
  private final List<Socket> strangers = new ArrayList<>();
  private InetSocketAddress address;
  private Acceptor acceptor;

  @BeforeEach
  void open() throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
    address = (InetSocketAddress) listener.getLocalAddress();
    acceptor = Acceptor.open(listener, member(0), new Everybody());
  }

  @AfterEach
  void close() throws IOException {
    acceptor.close();
    for (Socket stranger : strangers) {
      stranger.close();
    }
    for (Map.Entry<ConnectionId, Transport> guest : accepted) {
      guest.getValue().close();
    }
  }

  private static Membership member(int rank) {
    return new Membership(KEY, "job", 7, rank, WORLD, false);
  }

  /** Takes everybody who proves to belong, once. */
  private final class Everybody implements Acceptor.Handler {
    @Override
    public boolean expects(ConnectionId id) {
      return accepted.stream().noneMatch(guest -> guest.getKey().equals(id));
    }

    @Override
    public void accepted(ConnectionId id, Transport transport) {
      accepted.add(Map.entry(id, transport));
    }
  }

  private Socket stranger() throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(2 * Handshake.LIMIT_MILLIS); // one that was let in is not waited for
    strangers.add(socket);
    return socket;
  }

  private static byte[] read(Socket socket, int length) throws IOException {
    return socket.getInputStream().readNBytes(length);
  }

  /** Reads to the end, which a reset is, too. */
  private static boolean isClosed(Socket socket) {
    try {
      socket.getInputStream().readAllBytes();
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
    return true;
  }

  @Test
  void aMemberComesInAsWhoItIs() throws Exception {
    try (Transport own =
        Connector.connect(address, member(2), new ConnectionId(0, ConnectionId.Kind.DATA, 3))) {
      Map.Entry<ConnectionId, Transport> guest = accepted.take();
      own.write(ByteBuffer.wrap(new byte[] {42}));
      ByteBuffer received = ByteBuffer.allocate(1);
      guest.getValue().read(received);

      assertEquals(new ConnectionId(2, ConnectionId.Kind.DATA, 3), guest.getKey());
      assertEquals(42, received.get(0));
    }
  }

  static Stream<Arguments> wrongMembers() {
    return Stream.of(
        Arguments.of("other secret", new Membership(new byte[32], "job", 7, 1, WORLD, false)),
        Arguments.of("other job", new Membership(KEY, "jot", 7, 1, WORLD, false)),
        Arguments.of("older attempt", new Membership(KEY, "job", 6, 1, WORLD, false)),
        Arguments.of("newer attempt", new Membership(KEY, "job", 8, 1, WORLD, false)),
        Arguments.of("other world size", new Membership(KEY, "job", 7, 1, 8, false)),
        Arguments.of("expects encryption", new Membership(KEY, "job", 7, 1, WORLD, true)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongMembers")
  void whoeverIsNotOfThisAttemptStaysOutside(String what, Membership wrong) throws Exception {
    IOException e = assertThrows(IOException.class, () -> Connector.connect(address, wrong, DATA));

    assertTrue(e.getMessage().contains("refused"), e.getMessage());
    Connector.connect(address, member(1), DATA).close();
    assertEquals(1, accepted.take().getKey().peer());
  }

  @Test
  void aProofForOneRankKindOrStreamIsNoneForAnother() throws Exception {
    for (int changed = 0; changed < 3; changed++) {
      Socket socket = stranger();
      Handshake handshake = Handshake.toward(member(1), DATA, read(socket, Handshake.NONCE_BYTES));
      ByteBuffer hello = handshake.hello();
      hello.putInt(changed * Integer.BYTES, hello.getInt(changed * Integer.BYTES) + 1);

      socket.getOutputStream().write(hello.array());

      assertTrue(isClosed(socket));
    }
    assertTrue(accepted.isEmpty());
  }

  @Test
  void aProofTowardAnotherRankIsNoneHere() {
    ConnectionId elsewhere = new ConnectionId(3, ConnectionId.Kind.DATA, 0);

    assertThrows(IOException.class, () -> Connector.connect(address, member(1), elsewhere));
  }

  @Test
  void aSecondConnectionInOnesNameIsRefusedAndTheFirstStays() throws Exception {
    try (Transport first = Connector.connect(address, member(1), DATA)) {
      Map.Entry<ConnectionId, Transport> guest = accepted.take();
      accepted.add(guest);

      assertThrows(IOException.class, () -> Connector.connect(address, member(1), DATA));

      first.write(ByteBuffer.wrap(new byte[] {1}));
      guest.getValue().read(ByteBuffer.allocate(1));
    }
  }

  @Test
  void recordedBytesOfAGoodHandshakeOpenNothing() throws Exception {
    Socket recorded = stranger();
    Handshake handshake = Handshake.toward(member(1), DATA, read(recorded, Handshake.NONCE_BYTES));
    byte[] hello = handshake.hello().array();
    recorded.getOutputStream().write(hello);
    handshake.check(
        Handshake.Role.ACCEPTOR, ByteBuffer.wrap(read(recorded, Handshake.PROOF_BYTES)));
    byte[] confirmation = handshake.proof(Handshake.Role.CONFIRMED);
    recorded.getOutputStream().write(confirmation);
    accepted.take().getValue().close();

    Socket replay = stranger();
    replay.getOutputStream().write(hello);
    replay.getOutputStream().write(confirmation);

    assertTrue(isClosed(replay));
    assertTrue(accepted.isEmpty());
  }

  @Test
  void whoVanishesBeforeTheLastMessageTakesNobodysPlace() throws Exception {
    Socket halfOpen = stranger();
    Handshake handshake = Handshake.toward(member(1), DATA, read(halfOpen, Handshake.NONCE_BYTES));
    halfOpen.getOutputStream().write(handshake.hello().array());
    read(halfOpen, Handshake.PROOF_BYTES); // and never confirms, nor closes

    Connector.connect(address, member(1), DATA).close();

    assertEquals(1, accepted.take().getKey().peer());
  }

  @Test
  void anAcceptorWithoutTheKeyIsNotBelieved() throws Exception {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      InetSocketAddress fake = (InetSocketAddress) listener.getLocalAddress();
      CompletableFuture<Boolean> impostor =
          CompletableFuture.supplyAsync(() -> answersWithZeros(listener));

      IOException e =
          assertThrows(IOException.class, () -> Connector.connect(fake, member(1), DATA));

      assertTrue(e.getMessage().contains("no proof"), e.getMessage());
      assertTrue(impostor.join(), "the connector has left");
    }
  }

  private static boolean answersWithZeros(ServerSocketChannel listener) {
    try (Socket socket = listener.accept().socket()) {
      socket.getOutputStream().write(new byte[Handshake.NONCE_BYTES]);
      read(socket, Handshake.HELLO_BYTES);
      socket.getOutputStream().write(new byte[Handshake.PROOF_BYTES]);
      return isClosed(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theTimeForAHandshakeCountsAsAWholeNotForEachByte() throws Exception {
    Socket silent = stranger();
    Socket dripping = stranger();
    read(dripping, Handshake.NONCE_BYTES);
    dripping.setSoTimeout(500);
    int sent = 0;
    while (sent < Handshake.HELLO_BYTES) {
      try {
        if (dripping.getInputStream().read() < 0) {
          break;
        }
      } catch (SocketTimeoutException e) {
        dripping.getOutputStream().write(0);
        sent++;
      } catch (IOException e) {
        break; // reset
      }
    }

    assertTrue(sent < Handshake.HELLO_BYTES / 2, sent + " bytes were waited for");
    silent.setSoTimeout(10_000);
    assertTrue(isClosed(silent));
  }

  @Test
  void oneWhoSendsAGigabyteIsCutOff() throws Exception {
    Socket flood = stranger();
    byte[] megabyte = new byte[1 << 20];
    int sent = 0;
    try {
      while (sent < 1_024) {
        flood.getOutputStream().write(megabyte);
        sent++;
      }
    } catch (IOException e) {
      assertTrue(sent < 100, sent + " MB were taken");
      return;
    }
    throw new AssertionError("1 GB was taken");
  }

  @Test
  void membersComeInWhileStrangersFillEveryPlace() throws Exception {
    int threads = Thread.activeCount();
    for (int i = 0; i < 600; i++) {
      stranger();
    }

    for (int stream = 0; stream < 10; stream++) {
      ConnectionId id = new ConnectionId(0, ConnectionId.Kind.DATA, stream);
      connectAtLast(member(1), id).close();
      assertEquals(stream, accepted.take().getKey().stream());
    }

    assertTrue(Thread.activeCount() <= threads + 1, "strangers cost threads");
  }

  /** As members do, tries again when the door was crowded. */
  private Transport connectAtLast(Membership member, ConnectionId id) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return Connector.connect(address, member, id);
      } catch (IOException e) {
        if (attempt == 3) {
          throw e;
        }
      }
    }
  }

  @Test
  void aClosedGateIsAClosedPort() {
    acceptor.close();

    assertThrows(IOException.class, this::stranger);
  }
}
