package io.retromae.training.metrics;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The content of a TensorBoard event file. A record is length (u64), masked CRC32C of the length
 * (u32), payload, masked CRC32C of the payload (u32), little endian; the payload is a protobuf
 * {@code tensorflow.Event}, of which this writes wall_time (1), step (2), file_version (3), summary
 * (5) and session_log (7).
 */
final class EventRecords {
  private static final int CRC_MASK = 0xa282ead8;
  private static final int CRC_ROTATION = 15;
  private static final int SESSION_START = 1;

  /** Length, its checksum and that of the payload. */
  private static final int FRAME = Long.BYTES + 2 * Integer.BYTES;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  /** Begins with the record that names the version. */
  EventRecords(double seconds) {
    record(event(seconds, 0).text(3, "brain.Event:2"));
  }

  /** Says that a run goes on from a step: what was told of later ones is void. */
  void start(double seconds, long step) {
    record(event(seconds, step).message(7, new Protobuf().varint(1, SESSION_START)));
  }

  /** Values of a step by tag. */
  void scalars(double seconds, long step, Map<String, Double> values) {
    Protobuf summary = new Protobuf();
    values.forEach(
        (tag, number) ->
            summary.message(1, new Protobuf().text(1, tag).float32(2, number.floatValue())));
    record(event(seconds, step).message(5, summary));
  }

  /** A value of a step that a plugin shows: {@link PluginSummaries}. */
  void summary(double seconds, long step, Protobuf value) {
    record(event(seconds, step).message(5, new Protobuf().message(1, value)));
  }

  /** The records of a file behind the one that names the version. */
  static byte[] withoutVersion(byte[] file) {
    long payload = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return Arrays.copyOfRange(file, (int) (FRAME + payload), file.length);
  }

  byte[] toBytes() {
    return file.toByteArray();
  }

  private static Protobuf event(double seconds, long step) {
    Protobuf event = new Protobuf().float64(1, seconds);
    return step == 0 ? event : event.varint(2, step); // protobuf leaves zeros out
  }

  private void record(Protobuf event) {
    byte[] payload = event.toBytes();
    byte[] length = Protobuf.littleEndian(Long.BYTES).putLong(payload.length).array();
    file.writeBytes(length);
    file.writeBytes(maskedCrc(length));
    file.writeBytes(payload);
    file.writeBytes(maskedCrc(payload));
  }

  private static byte[] maskedCrc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    int masked = Integer.rotateRight((int) crc.getValue(), CRC_ROTATION) + CRC_MASK;
    return Protobuf.littleEndian(Integer.BYTES).putInt(masked).array();
  }
}
