package io.retromae.training.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both ends of a handshake, and in between somebody who records, repeats and reflects. */
class HandshakeTest {
  private static final byte[] KEY =
      KeyDerivation.derive("test secret".getBytes(), "salt".getBytes(), "job", 1);
  private static final byte[] NONCE = new byte[Handshake.NONCE_BYTES];
  private static final ConnectionId LANE = new ConnectionId(0, ConnectionId.Kind.DATA, 0);

  private final List<SocketChannel> channels = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }

  private static Membership member(int rank) {
    return new Membership(KEY, "job", 7, rank, 2, true);
  }

  private static Handshake connector() {
    return Handshake.toward(member(1), LANE, NONCE);
  }

  private static Handshake acceptor(Handshake connector) throws IOException {
    return Handshake.from(member(0), NONCE, connector.hello());
  }

  private SocketChannel[] pair() throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SocketChannel[] ends = {SocketChannel.open(listener.getLocalAddress()), listener.accept()};
      channels.addAll(List.of(ends));
      return ends;
    }
  }

  /** What a text becomes on the wire. */
  private byte[] frame(Handshake handshake) throws IOException {
    SocketChannel[] ends = pair();
    handshake.transport(ends[0]).write(ByteBuffer.wrap("gradient".getBytes()));
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + 8 + FrameCipher.TAG_BYTES);
    new PlainTransport(ends[1], "recorder").read(frame);
    return frame.array();
  }

  /** What comes of a frame. */
  private ByteBuffer receive(Handshake handshake, byte[] frame) throws IOException {
    SocketChannel[] ends = pair();
    ends[0].write(ByteBuffer.wrap(frame));
    ByteBuffer text = ByteBuffer.allocate(8);
    handshake.transport(ends[1]).read(text);
    return text.flip();
  }

  private static void assertProvesNothing(Handshake handshake, Handshake.Role role, byte[] proof) {
    var e = assertThrows(IOException.class, () -> handshake.check(role, ByteBuffer.wrap(proof)));
    String who = role == Handshake.Role.ACCEPTOR ? "acceptor" : "connector";
    assertEquals("no proof that the " + who + " belongs to attempt 7 of job", e.getMessage());
  }

  @Test
  void aProofThatIsReflectedProvesNothing() throws IOException {
    Handshake connector = connector();
    byte[] hello = connector.hello().array();
    int proof = hello.length - Handshake.PROOF_BYTES;

    assertProvesNothing(
        connector, Handshake.Role.ACCEPTOR, Arrays.copyOfRange(hello, proof, hello.length));
    assertProvesNothing(
        acceptor(connector), Handshake.Role.CONFIRMED, connector.proof(Handshake.Role.ACCEPTOR));
  }

  @Test
  void aHelloThatWasRecordedProvesNothing() {
    byte[] later = Handshake.nonce();

    var e =
        assertThrows(
            IOException.class, () -> Handshake.from(member(0), later, connector().hello()));
    assertTrue(e.getMessage().contains("no proof"), e.getMessage());
  }

  @Test
  void anAcceptorsProofOfAnEarlierConnectionProvesNothing() throws IOException {
    byte[] recorded = acceptor(connector()).proof(Handshake.Role.ACCEPTOR);

    assertProvesNothing(connector(), Handshake.Role.ACCEPTOR, recorded);
  }

  @Test
  void whatOneEndSendsOnlyTheOtherCanRead() throws IOException {
    Handshake connector = connector();
    Handshake acceptor = acceptor(connector);

    byte[] frame = frame(connector);

    assertEquals(ByteBuffer.wrap("gradient".getBytes()), receive(acceptor, frame));
    assertThrows(ProtocolException.class, () -> receive(connector, frame), "reflected");
  }

  @Test
  void aConnectionThatIsMadeAgainHasOtherKeys() throws IOException {
    Handshake later = connector();
    byte[] frame = frame(connector());

    assertFalse(Arrays.equals(frame, frame(later)));
    assertThrows(ProtocolException.class, () -> receive(acceptor(later), frame));
  }
}
