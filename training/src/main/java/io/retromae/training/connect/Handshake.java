package io.retromae.training.connect;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * Both ends prove that they know the key, bound to job, attempt, ranks, kind and stream of the
 * connection and to whether it will be encrypted:
 *
 * <pre>
 * acceptor  -> nonce A [16]
 * connector -> rank, kind, stream, nonce B [16], HMAC(key, "connector" A B binding) [32]
 * acceptor  -> HMAC(key, "acceptor" A B binding) [32]
 * connector -> HMAC(key, "confirmed" A B binding) [32]
 * </pre>
 *
 * All sizes are fixed. The last message keeps the place of a connector that has given up, and comes
 * again, from being taken by its first try. One object is one handshake.
 */
final class Handshake {
  static final int LIMIT_MILLIS = 5_000;
  static final int NONCE_BYTES = 16;
  static final int PROOF_BYTES = KeyDerivation.KEY_BYTES;
  static final int HELLO_BYTES = 3 * Integer.BYTES + NONCE_BYTES + PROOF_BYTES;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Membership self;
  private final boolean accepts;
  private final int peer;
  private final int kind;
  private final int stream;
  private final byte[] nonces = new byte[2 * NONCE_BYTES];
  private final byte[] binding;

  private Handshake(Membership self, boolean accepts, int peer, int kind, int stream) {
    this.self = self;
    this.accepts = accepts;
    this.peer = peer;
    this.kind = kind;
    this.stream = stream;
    int connector = accepts ? peer : self.rank();
    int acceptor = accepts ? self.rank() : peer;
    this.binding = self.binding(connector, acceptor, kind, stream);
  }

  static byte[] nonce() {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    return nonce;
  }

  /** The connector's side, which has got the acceptor's nonce. */
  static Handshake toward(Membership self, ConnectionId id, byte[] nonceA) {
    return toward(self, id, nonceA, nonce());
  }

  /** The same with a nonce that is given: for golden tests only, as nonces are never used twice. */
  static Handshake toward(Membership self, ConnectionId id, byte[] nonceA, byte[] nonceB) {
    Handshake handshake = new Handshake(self, false, id.peer(), id.kind().ordinal(), id.stream());
    System.arraycopy(nonceA, 0, handshake.nonces, 0, NONCE_BYTES);
    System.arraycopy(nonceB, 0, handshake.nonces, NONCE_BYTES, NONCE_BYTES);
    return handshake;
  }

  /** What the connector sends first. */
  ByteBuffer hello() {
    return ByteBuffer.allocate(HELLO_BYTES)
        .putInt(self.rank())
        .putInt(kind)
        .putInt(stream)
        .put(nonces, NONCE_BYTES, NONCE_BYTES)
        .put(proof(Role.CONNECTOR))
        .flip();
  }

  /**
   * The acceptor's side.
   *
   * @param hello all {@value #HELLO_BYTES} bytes of it
   * @throws IOException if it proves nothing
   */
  static Handshake from(Membership self, byte[] nonceA, ByteBuffer hello) throws IOException {
    Handshake handshake = new Handshake(self, true, hello.getInt(), hello.getInt(), hello.getInt());
    System.arraycopy(nonceA, 0, handshake.nonces, 0, NONCE_BYTES);
    hello.get(handshake.nonces, NONCE_BYTES, NONCE_BYTES);
    handshake.check(Role.CONNECTOR, hello);
    if (handshake.kind < 0 || handshake.kind >= ConnectionId.Kind.values().length) {
      throw new IOException(
          "connection of kind %d (must be 0..%d)"
              .formatted(handshake.kind, ConnectionId.Kind.values().length - 1));
    }
    return handshake;
  }

  /** Who sends a proof, and when. */
  enum Role {
    CONNECTOR,
    ACCEPTOR,
    CONFIRMED
  }

  byte[] proof(Role role) {
    byte[] purpose =
        role.name().toLowerCase(java.util.Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    return KeyDerivation.hmac(self.key(), purpose, nonces, binding);
  }

  /** Takes the next {@value #PROOF_BYTES} bytes; in constant time. */
  void check(Role role, ByteBuffer bytes) throws IOException {
    byte[] proof = new byte[PROOF_BYTES];
    bytes.get(proof);
    if (!MessageDigest.isEqual(proof, proof(role))) {
      throw new IOException(
          "no proof that the %s belongs to attempt %d of %s"
              .formatted(
                  role == Role.ACCEPTOR ? "acceptor" : "connector", self.attempt(), self.jobId()));
    }
  }

  /** The connection, as this end sees it. */
  ConnectionId id() {
    return new ConnectionId(peer, ConnectionId.Kind.values()[kind], stream);
  }

  /** What both ends use from here on. */
  Transport transport(SocketChannel channel) throws IOException {
    KeepAlive.set(channel);
    String pair =
        "between %s (%s) and %s (%s)"
            .formatted(
                name(self.rank()),
                channel.getLocalAddress(),
                name(peer),
                channel.getRemoteAddress());
    if (!self.encrypted()) {
      return new PlainTransport(channel, pair);
    }
    byte[] session = KeyDerivation.extract(nonces, self.key());
    byte[] forth = KeyDerivation.expand(session, "connector to acceptor", binding);
    byte[] back = KeyDerivation.expand(session, "acceptor to connector", binding);
    return accepts
        ? new AesGcmTransport(channel, pair, back, forth)
        : new AesGcmTransport(channel, pair, forth, back);
  }

  /** How messages call a process. */
  static String name(int rank) {
    return rank == Membership.DRIVER ? "driver" : "rank " + rank;
  }
}
