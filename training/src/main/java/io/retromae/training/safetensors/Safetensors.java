package io.retromae.training.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads and writes safetensors files as streams. */
public final class Safetensors {
  /** Same limit as the reference reader's. */
  private static final int MAX_HEADER_BYTES = 100_000_000;

  /** "version ", with which the text of a pointer begins. */
  private static final long GIT_LFS_POINTER = 0x76657273696F6E20L;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private Safetensors() {}

  /** Takes tensors as they come, so that a tensor larger than the heap can be read. */
  public interface Receiver {
    /**
     * Takes one.
     *
     * @param data its bytes; what is left of them is passed over
     */
    void take(String tensor, TensorEntry entry, InputStream data) throws IOException;
  }

  /** Takes tensors one at a time, so that a file larger than the heap can be read. */
  public interface Sink {
    /** Takes one; its bytes are not used again. */
    void take(String tensor, TensorData data) throws IOException;
  }

  /**
   * Reads a whole file.
   *
   * @param name the file's name for messages
   * @return tensors in the header's order
   * @throws CorruptDataException if the bytes are not a whole safetensors file
   */
  public static Map<String, TensorData> read(String name, InputStream in) throws IOException {
    Map<String, TensorData> byOffset = new HashMap<>();
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    Map<String, TensorEntry> header = read(name, in, byOffset::put);
    header.keySet().forEach(tensor -> tensors.put(tensor, byOffset.get(tensor)));
    return tensors;
  }

  /**
   * Reads a whole file, handing over each tensor in the order of the data.
   *
   * @param name the file's name for messages
   * @return what the header says, in its order
   * @throws CorruptDataException if the bytes are not a whole safetensors file, or a tensor has
   *     more than 2 GB
   */
  public static Map<String, TensorEntry> read(String name, InputStream in, Sink sink)
      throws IOException {
    return stream(
        name,
        in,
        (tensor, entry, data) -> {
          if (entry.bytes() > Integer.MAX_VALUE - 8) {
            throw new CorruptDataException(
                "%s: tensor %s has %d bytes; at most 2 GB can be read at once"
                    .formatted(name, tensor, entry.bytes()));
          }
          byte[] bytes = data.readNBytes((int) entry.bytes());
          if (bytes.length < entry.bytes()) {
            throw new EOFException();
          }
          sink.take(tensor, new TensorData(entry.dtype(), entry.shape(), ByteBuffer.wrap(bytes)));
        });
  }

  /**
   * Reads a whole file to the end of its last tensor, letting each tensor be read in the order of
   * the data.
   *
   * @param name the file's name for messages
   * @param in read only by {@code read}, never by {@code skip}, so that it may be hashed on the way
   * @return what the header says, in its order
   * @throws CorruptDataException if the bytes are not a whole safetensors file
   */
  public static Map<String, TensorEntry> stream(String name, InputStream in, Receiver receiver)
      throws IOException {
    Map<String, TensorEntry> header = readHeader(name, in);
    try {
      for (String tensor : byOffset(name, header)) {
        TensorEntry entry = header.get(tensor);
        BoundedInput data = new BoundedInput(in, entry.bytes());
        receiver.take(tensor, entry, data);
        data.passOver();
      }
      return header;
    } catch (EOFException e) {
      throw new CorruptDataException(name + ": ends inside the file; copy it again", e);
    }
  }

  /**
   * Reads the beginning of a file: names, types and shapes, without the data.
   *
   * @param name the file's name for messages
   * @throws CorruptDataException if the bytes are not the beginning of a safetensors file
   */
  public static Map<String, TensorEntry> readHeader(String name, InputStream in)
      throws IOException {
    DataInputStream data = new DataInputStream(in);
    try {
      long first = data.readLong();
      if (first == GIT_LFS_POINTER) {
        throw new CorruptDataException(
            name + ": a pointer of Git LFS, not the weights; run 'git lfs pull' in its folder");
      }
      long headerLength = Long.reverseBytes(first);
      if (headerLength < 2 || headerLength > MAX_HEADER_BYTES) {
        throw new CorruptDataException(
            "%s: not a safetensors file: header of %d bytes (must be 2..%d)"
                .formatted(name, headerLength, MAX_HEADER_BYTES));
      }
      byte[] header = new byte[(int) headerLength];
      data.readFully(header);
      Map<String, TensorEntry> entries = entries(JSON.readTree(header));
      byOffset(name, entries); // refuses what overlaps
      return entries;
    } catch (EOFException e) {
      throw new CorruptDataException(name + ": ends inside the file; copy it again", e);
    } catch (JsonProcessingException | IllegalArgumentException | ArithmeticException e) {
      throw new CorruptDataException(name + ": not a safetensors file: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the beginning of a file and checks that the data behind it is there, and nothing else.
   *
   * @param name the file's name for messages
   * @param fileBytes the file's length
   * @throws CorruptDataException if the file is not whole
   */
  public static Map<String, TensorEntry> readHeader(String name, InputStream in, long fileBytes)
      throws IOException {
    CountingInput counted = new CountingInput(in);
    Map<String, TensorEntry> entries = readHeader(name, counted);
    long expected =
        counted.count() + entries.values().stream().mapToLong(TensorEntry::end).max().orElse(0);
    if (fileBytes != expected) {
      throw new CorruptDataException(
          "%s: has %,d bytes, its header speaks of %,d; copy it again"
              .formatted(name, fileBytes, expected));
    }
    return entries;
  }

  private static Map<String, TensorEntry> entries(JsonNode header) {
    if (!header.isObject()) {
      throw new IllegalArgumentException("its header is no JSON object");
    }
    Map<String, TensorEntry> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (!field.getKey().equals("__metadata__")) {
        entries.put(field.getKey(), entry(field.getKey(), field.getValue()));
      }
    }
    return entries;
  }

  private static TensorEntry entry(String tensor, JsonNode json) {
    JsonNode sizes = json.path("shape");
    long[] shape = new long[sizes.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = number(tensor, sizes.get(i));
    }
    JsonNode offsets = json.path("data_offsets");
    long begin = number(tensor, offsets.path(0));
    long end = number(tensor, offsets.path(1));
    try {
      return new TensorEntry(json.path("dtype").asText(), shape, begin, end);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IllegalArgumentException("tensor %s: %s".formatted(tensor, e.getMessage()), e);
    }
  }

  private static long number(String tensor, JsonNode json) {
    if (!json.isIntegralNumber() || !json.canConvertToLong() || json.asLong() < 0) {
      throw new IllegalArgumentException(
          "tensor %s: %s in its shape or offsets is no size".formatted(tensor, shown(json)));
    }
    return json.asLong();
  }

  private static String shown(JsonNode json) {
    String text = json.isMissingNode() ? "nothing" : json.toString();
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }

  /** The tensors' names in the order of the data, which they must fill without holes. */
  private static List<String> byOffset(String name, Map<String, TensorEntry> header) {
    List<String> names = new ArrayList<>(header.keySet());
    names.sort(
        Comparator.comparingLong((String tensor) -> header.get(tensor).begin())
            .thenComparingLong(tensor -> header.get(tensor).end()));
    long position = 0;
    for (String tensor : names) {
      TensorEntry entry = header.get(tensor);
      if (entry.begin() != position) {
        throw new CorruptDataException(
            "%s: tensor %s lies at %d..%d, expected from %d"
                .formatted(name, tensor, entry.begin(), entry.end(), position));
      }
      position = entry.end();
    }
    return names;
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
