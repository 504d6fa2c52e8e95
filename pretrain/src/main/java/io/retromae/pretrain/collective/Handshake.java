package io.retromae.pretrain.collective;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * Both ends prove that they know the key, bound to job, attempt, ranks and kind of connection:
 *
 * <pre>
 * acceptor  -> nonce A [16]
 * connector -> rank, kind, nonce B [16], HMAC(key, "connector" A B binding) [32]
 * acceptor  -> HMAC(key, "acceptor" A B binding) [32]
 * </pre>
 *
 * Fixed sizes and a time limit: a stranger costs neither memory nor time.
 */
final class Handshake {
  static final int DATA = 0;
  static final int CONTROL = 1;
  static final int TIMEOUT_MILLIS = 5_000;
  private static final int NONCE_BYTES = 16;
  private static final int PROOF_BYTES = 32;
  private static final byte[] CONNECTOR = "connector".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ACCEPTOR = "acceptor".getBytes(StandardCharsets.US_ASCII);

  private Handshake() {}

  /**
   * Who came in.
   *
   * @param rank of the connector
   * @param kind {@link #DATA} or {@link #CONTROL}
   */
  record Caller(int rank, int kind) {}

  /** The acceptor's side; throws if the caller does not belong to this ring. */
  static Caller accept(Socket socket, RingConfig config) throws IOException {
    socket.setSoTimeout(TIMEOUT_MILLIS);
    DataInputStream in = new DataInputStream(socket.getInputStream());
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    byte[] nonceA = nonce();
    out.write(nonceA);
    out.flush();
    int rank = in.readInt();
    int kind = in.readInt();
    byte[] nonceB = readExactly(in, NONCE_BYTES);
    byte[] proof = readExactly(in, PROOF_BYTES);
    byte[] binding = config.binding(rank, config.rank(), kind);
    byte[] expected = RingKey.hmac(config.key(), CONNECTOR, nonceA, nonceB, binding);
    boolean known = rank > config.rank() && rank < config.worldSize();
    if (!MessageDigest.isEqual(proof, expected) || !known || kind < DATA || kind > config.options().streams()) {
      throw new IOException("no proof of belonging to this job");
    }
    out.write(RingKey.hmac(config.key(), ACCEPTOR, nonceA, nonceB, binding));
    out.flush();
    socket.setSoTimeout(0);
    return new Caller(rank, kind);
  }

  /** The connector's side; throws if the acceptor does not belong to this ring. */
  static void connect(Socket socket, RingConfig config, int acceptor, int kind) throws IOException {
    socket.setSoTimeout(TIMEOUT_MILLIS);
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] nonceA = readExactly(in, NONCE_BYTES);
    byte[] nonceB = nonce();
    byte[] binding = config.binding(config.rank(), acceptor, kind);
    ByteBuffer answer = ByteBuffer.allocate(8 + NONCE_BYTES + PROOF_BYTES);
    answer.putInt(config.rank()).putInt(kind).put(nonceB);
    answer.put(RingKey.hmac(config.key(), CONNECTOR, nonceA, nonceB, binding));
    socket.getOutputStream().write(answer.array());
    socket.getOutputStream().flush();
    byte[] expected = RingKey.hmac(config.key(), ACCEPTOR, nonceA, nonceB, binding);
    if (!MessageDigest.isEqual(readExactly(in, PROOF_BYTES), expected)) {
      throw new IOException(config.name(acceptor) + " gave no proof of belonging to this job");
    }
    socket.setSoTimeout(0);
  }

  private static byte[] nonce() {
    byte[] nonce = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(nonce);
    return nonce;
  }

  private static byte[] readExactly(DataInputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("connection closed in the handshake");
    }
    return bytes;
  }
}
