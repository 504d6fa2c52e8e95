package io.retromae.pretrain.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.pretrain.collective.RingKey;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The wire between workers and driver: workers send JSON messages, each behind its length; the
 * driver sends single bytes. A connection begins with the driver's 16 random bytes, answered by
 * rank and HMAC-SHA256 over them, attempt and rank. Spark has no channel that delivers while a task
 * runs, other than heartbeats every ten seconds.
 */
final class Progress {
  static final int NONCE_BYTES = 16;
  static final int PROOF_BYTES = 32;
  static final int STOP = 'S';
  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Progress() {}

  static byte[] proof(byte[] secret, byte[] nonce, long attempt, int rank) {
    byte[] purpose = "retromae progress".getBytes(StandardCharsets.US_ASCII);
    byte[] who = ByteBuffer.allocate(12).putLong(attempt).putInt(rank).array();
    return RingKey.hmac(secret, purpose, nonce, who);
  }

  static ObjectNode message(String event) {
    return JSON.createObjectNode().put("event", event);
  }

  static void write(DataOutputStream out, ObjectNode message) throws IOException {
    byte[] bytes = toText(message).getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
    out.flush();
  }

  /** The next message; {@link EOFException} where the connection ends. */
  static ObjectNode read(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_MESSAGE_BYTES) {
      throw new IOException("progress message of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return (ObjectNode) JSON.readTree(bytes);
  }

  static String toText(ObjectNode message) {
    try {
      return JSON.writeValueAsString(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
