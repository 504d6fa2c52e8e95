package io.retromae.training.metrics;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The content of a TensorBoard event file. A record is length (u64), masked CRC32C of the length
 * (u32), payload, masked CRC32C of the payload (u32), little endian; the payload is a protobuf
 * {@code tensorflow.Event}, of which this writes wall_time (1), step (2), file_version (3), summary
 * (5) with tags and simple values, and session_log (7).
 */
final class EventRecords {
  private static final int CRC_MASK = 0xa282ead8;
  private static final int CRC_ROTATION = 15;
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;
  private static final int SESSION_START = 1;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  /** Begins with the record that names the version. */
  EventRecords(double seconds) {
    ByteArrayOutputStream event = event(seconds, 0);
    text(event, 3, "brain.Event:2");
    record(event);
  }

  /** Says that a run goes on from a step: what was told of later ones is void. */
  void start(double seconds, long step) {
    ByteArrayOutputStream session = new ByteArrayOutputStream();
    tag(session, 1, VARINT);
    varint(session, SESSION_START);
    ByteArrayOutputStream event = event(seconds, step);
    message(event, 7, session);
    record(event);
  }

  /** Values of a step by tag. */
  void scalars(double seconds, long step, Map<String, Double> values) {
    ByteArrayOutputStream summary = new ByteArrayOutputStream();
    values.forEach(
        (name, number) -> {
          ByteArrayOutputStream value = new ByteArrayOutputStream();
          text(value, 1, name);
          tag(value, 2, FIXED_32);
          value.writeBytes(littleEndian(4).putFloat(number.floatValue()).array());
          message(summary, 1, value);
        });
    ByteArrayOutputStream event = event(seconds, step);
    message(event, 5, summary);
    record(event);
  }

  byte[] toBytes() {
    return file.toByteArray();
  }

  private static ByteArrayOutputStream event(double seconds, long step) {
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    tag(event, 1, FIXED_64);
    event.writeBytes(littleEndian(8).putDouble(seconds).array());
    if (step != 0) { // protobuf leaves zeros out
      tag(event, 2, VARINT);
      varint(event, step);
    }
    return event;
  }

  private void record(ByteArrayOutputStream event) {
    byte[] payload = event.toByteArray();
    byte[] length = littleEndian(8).putLong(payload.length).array();
    file.writeBytes(length);
    file.writeBytes(littleEndian(4).putInt(maskedCrc(length)).array());
    file.writeBytes(payload);
    file.writeBytes(littleEndian(4).putInt(maskedCrc(payload)).array());
  }

  private static int maskedCrc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), CRC_ROTATION) + CRC_MASK;
  }

  private static void message(ByteArrayOutputStream out, int field, ByteArrayOutputStream content) {
    tag(out, field, BYTES);
    varint(out, content.size());
    out.writeBytes(content.toByteArray());
  }

  private static void text(ByteArrayOutputStream out, int field, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    tag(out, field, BYTES);
    varint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void tag(ByteArrayOutputStream out, int field, int wireType) {
    varint(out, (long) field << 3 | wireType);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
