package io.retromae.pretrain.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.CorruptDataException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads and writes safetensors files as streams. */
public final class Safetensors {
  /** Same limit as the reference reader's. */
  private static final int MAX_HEADER_BYTES = 100_000_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private Safetensors() {}

  /**
   * Reads a whole file.
   *
   * @param name the file's name for messages
   * @throws CorruptDataException if the bytes are not a whole safetensors file
   */
  public static Map<String, TensorData> read(String name, InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    try {
      long headerLength = Long.reverseBytes(data.readLong());
      if (headerLength < 2 || headerLength > MAX_HEADER_BYTES) {
        throw new CorruptDataException(
            "%s: not a safetensors file: header of %d bytes (must be 2..%d)"
                .formatted(name, headerLength, MAX_HEADER_BYTES));
      }
      byte[] header = new byte[(int) headerLength];
      data.readFully(header);
      return readTensors(name, JSON.readTree(header), data);
    } catch (EOFException e) {
      throw new CorruptDataException(name + ": ends inside the file; copy it again", e);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new CorruptDataException(name + ": not a safetensors file: " + e.getMessage(), e);
    }
  }

  private static Map<String, TensorData> readTensors(
      String name, JsonNode header, DataInputStream data) throws IOException {
    Map<Long, String> byOffset = new java.util.TreeMap<>();
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    header
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!key.equals("__metadata__")) {
                tensors.put(key, scalarStandIn());
                byOffset.put(header.get(key).get("data_offsets").get(0).asLong(), key);
              }
            });
    if (byOffset.size() != tensors.size()) {
      throw new CorruptDataException(name + ": two tensors share one place");
    }
    long position = 0;
    for (Map.Entry<Long, String> entry : byOffset.entrySet()) {
      JsonNode tensor = header.get(entry.getValue());
      long from = entry.getKey();
      long to = tensor.get("data_offsets").get(1).asLong();
      if (from != position || to < from || to - from > Integer.MAX_VALUE) {
        throw new CorruptDataException(
            "%s: tensor %s lies at %d..%d, expected from %d"
                .formatted(name, entry.getValue(), from, to, position));
      }
      byte[] bytes = new byte[(int) (to - from)];
      data.readFully(bytes);
      position = to;
      long[] shape = new long[tensor.get("shape").size()];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = tensor.get("shape").get(i).asLong();
      }
      String dtype = tensor.get("dtype").asText();
      tensors.put(entry.getValue(), new TensorData(dtype, shape, ByteBuffer.wrap(bytes)));
    }
    return tensors;
  }

  /** Keeps the header's order of names while the data is read in the order of offsets. */
  private static TensorData scalarStandIn() {
    return new TensorData("U8", new long[] {0}, ByteBuffer.allocate(0));
  }

  /**
   * Writes tensors in the map's order. The bytes depend on the arguments only.
   *
   * @param metadata the file's free text entries; Hugging Face's readers want {@code format: pt}
   */
  public static void write(
      OutputStream out, Map<String, TensorData> tensors, Map<String, String> metadata)
      throws IOException {
    ObjectNode header = JSON.createObjectNode();
    ObjectNode free = header.putObject("__metadata__");
    new java.util.TreeMap<>(metadata).forEach(free::put);
    long offset = 0;
    for (Map.Entry<String, TensorData> entry : tensors.entrySet()) {
      TensorData tensor = entry.getValue();
      ObjectNode node = header.putObject(entry.getKey());
      node.put("dtype", tensor.dtype());
      var shape = node.putArray("shape");
      for (long d : tensor.shape()) {
        shape.add(d);
      }
      node.putArray("data_offsets").add(offset).add(offset + tensor.bytes().remaining());
      offset += tensor.bytes().remaining();
    }
    byte[] text = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    int padded = (text.length + 7) / 8 * 8; // data starts 8-byte aligned, padded with blanks
    ByteBuffer head = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(padded).put(text);
    while (head.hasRemaining()) {
      head.put((byte) ' ');
    }
    out.write(head.array());
    WritableByteChannel channel = Channels.newChannel(out);
    for (TensorData tensor : tensors.values()) {
      ByteBuffer bytes = tensor.bytes().duplicate();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }
}
