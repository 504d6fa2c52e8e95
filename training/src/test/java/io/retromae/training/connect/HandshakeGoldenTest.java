package io.retromae.training.connect;

import static io.retromae.training.connect.WireGolden.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes and encrypted frames are, byte for byte, those that were recorded. */
class HandshakeGoldenTest {
  private static final ConnectionId DATA = new ConnectionId(0, ConnectionId.Kind.DATA, 0);

  private static Membership member(int rank, boolean encrypted) {
    return new Membership(bytes("key"), WireGolden.JOB, WireGolden.ATTEMPT, rank, 2, encrypted);
  }

  /** Rank 1's side. */
  private static Handshake connector(ConnectionId id, boolean encrypted) {
    return Handshake.toward(
        member(1, encrypted), id, bytes("nonce.acceptor"), bytes("nonce.connector"));
  }

  private static Handshake acceptor(int rank, boolean encrypted, byte[] hello) throws IOException {
    return Handshake.from(member(rank, encrypted), bytes("nonce.acceptor"), ByteBuffer.wrap(hello));
  }

  @Test
  void theKeyOfAnAttempt() {
    byte[] key =
        KeyDerivation.derive(
            "a secret".getBytes(), bytes("salt"), WireGolden.JOB, WireGolden.ATTEMPT);

    assertArrayEquals(bytes("key"), key);
  }

  @ParameterizedTest
  @CsvSource({
    "plain, DATA, 0", "plain, CONTROL, 0", "plain, PROGRESS, -1",
    "encrypted, DATA, 0", "encrypted, CONTROL, 0", "encrypted, PROGRESS, -1"
  })
  void bothEndsOfAHandshakeSayAndAcceptWhatWasRecorded(
      String mode, ConnectionId.Kind kind, int peer) throws IOException {
    String recorded = "handshake.%s.%s.".formatted(mode, kind.name().toLowerCase());
    boolean encrypted = mode.equals("encrypted");
    ConnectionId id = new ConnectionId(peer, kind, 0);

    Handshake connector = connector(id, encrypted);
    assertArrayEquals(bytes(recorded + "hello"), connector.hello().array());
    connector.check(Handshake.Role.ACCEPTOR, ByteBuffer.wrap(bytes(recorded + "acceptor")));
    assertArrayEquals(bytes(recorded + "confirmed"), connector.proof(Handshake.Role.CONFIRMED));

    Handshake acceptor = acceptor(peer, encrypted, bytes(recorded + "hello"));
    assertEquals(new ConnectionId(1, kind, 0), acceptor.id());
    assertArrayEquals(bytes(recorded + "acceptor"), acceptor.proof(Handshake.Role.ACCEPTOR));
    acceptor.check(Handshake.Role.CONFIRMED, ByteBuffer.wrap(bytes(recorded + "confirmed")));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void encryptedFramesOfARankAreThoseRecordedAndReadByTheOther(int sender) throws IOException {
    Handshake connector = connector(DATA, true);
    Handshake acceptor = acceptor(0, true, bytes("handshake.encrypted.data.hello"));
    List<String> sealed = WireGolden.names("frame.sealed.", ".from-rank-" + sender + ".");
    assertFalse(sealed.isEmpty());

    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (SocketChannel here = SocketChannel.open(listener.getLocalAddress());
          SocketChannel there = listener.accept()) {
        Transport writing = (sender == 1 ? connector : acceptor).transport(here);
        Transport reading = (sender == 1 ? acceptor : connector).transport(there);
        PlainTransport recorder = new PlainTransport(there, "recorder");
        for (String name : sealed) {
          byte[] text = bytes(name.replace(".sealed.", ".text."));
          ByteBuffer frame = ByteBuffer.allocate(bytes(name).length);
          ByteBuffer opened = ByteBuffer.allocate(text.length);

          writing.write(ByteBuffer.wrap(text));
          recorder.read(frame);
          here.write(ByteBuffer.wrap(bytes(name)));
          reading.read(opened);

          assertArrayEquals(bytes(name), frame.array(), name);
          assertArrayEquals(text, opened.array(), name);
        }
      }
    }
  }
}
