package io.retromae.training.pickle;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * Where the tensors of a file lie (torch/serialization.py, {@code _save} and {@code _legacy_save}).
 * The zip format has {@code <name>/data.pkl} and {@code <name>/data/<key>}; the older one is five
 * pickles (magic number, version, machine, dictionary, keys) and then each storage: the number of
 * its values and the values.
 *
 * @param tensors by name
 * @param pieces storages by key
 */
record TorchLayout(Map<String, StridedTensor> tensors, Map<String, TorchFile.Piece> pieces) {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;
  private static final int ZIP = 0x504b0304;
  private static final byte[] LFS = "version ".getBytes(StandardCharsets.US_ASCII);
  private static final String PICKLE = "/data.pkl";

  /** A dictionary of a thousand tensors takes 300 KB. */
  private static final long MAX_PICKLE_BYTES = 1 << 26;

  private static final String AGAIN =
      "; save the model again with save_pretrained(..., safe_serialization=True)";

  static TorchLayout of(FSDataInputStream in, long size) throws IOException {
    byte[] first = new byte[(int) Math.min(Long.BYTES, size)];
    in.readFully(first);
    if (first.length < Long.BYTES) {
      throw new PickleException("has %d bytes; copy the file again".formatted(size));
    }
    if (Arrays.equals(first, LFS)) {
      throw new PickleException(
          "a pointer of Git LFS, not the weights; run 'git lfs pull' in its folder");
    }
    boolean zip = ByteBuffer.wrap(first).getInt() == ZIP;
    return zip ? ofZip(in, size) : ofLegacy(in, size);
  }

  private static TorchLayout ofZip(FSDataInputStream in, long size) throws IOException {
    Map<String, ZipDirectory.Entry> entries = ZipDirectory.read(in, size);
    List<String> pickles =
        entries.keySet().stream()
            .filter(name -> name.endsWith(PICKLE) && name.indexOf('/') == name.lastIndexOf('/'))
            .toList();
    if (pickles.size() != 1) {
      throw new PickleException("is a zip file that torch.save did not write" + AGAIN);
    }
    String root = pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
    if (entries.containsKey(root + "/constants.pkl")) {
      throw new PickleException("is a TorchScript program, not a dictionary of tensors" + AGAIN);
    }
    ZipDirectory.Entry order = entries.get(root + "/byteorder");
    if (order != null && !text(in, order, size).equals("little")) {
      throw new PickleException("was written by a big-endian machine" + AGAIN);
    }
    byte[] pickle = content(in, entries.get(pickles.get(0)), size, MAX_PICKLE_BYTES);
    Unpickler unpickler =
        new Unpickler(new PickleInput(new ByteArrayInputStream(pickle), pickle.length));
    Map<String, StridedTensor> tensors = tensors(unpickler.read());
    Map<String, TorchFile.Piece> pieces = new LinkedHashMap<>();
    for (StorageRef ref : unpickler.storages().values()) {
      ZipDirectory.Entry entry = entries.get(root + "/data/" + ref.key());
      if (entry == null || entry.bytes() != ref.bytes()) {
        throw new PickleException(
            "speaks of a storage of %,d bytes, but holds %,d"
                .formatted(ref.bytes(), entry == null ? 0 : entry.bytes()));
      }
      pieces.put(ref.key(), new TorchFile.Piece(ref, entry.header(), true));
    }
    return new TorchLayout(tensors, pieces);
  }

  private static String text(FSDataInputStream in, ZipDirectory.Entry entry, long size)
      throws IOException {
    return new String(content(in, entry, size, 16), StandardCharsets.US_ASCII);
  }

  private static byte[] content(
      FSDataInputStream in, ZipDirectory.Entry entry, long size, long limit) throws IOException {
    if (entry.bytes() > limit) {
      throw new PickleException("has a pickle of %,d bytes".formatted(entry.bytes()));
    }
    byte[] bytes = new byte[(int) entry.bytes()];
    in.seek(ZipDirectory.content(in, entry, size));
    in.readFully(bytes);
    return bytes;
  }

  private static TorchLayout ofLegacy(FSDataInputStream in, long size) throws IOException {
    in.seek(0);
    PickleInput input = new PickleInput(new BufferedInputStream(in, 1 << 16), MAX_PICKLE_BYTES);
    if (!isMagic(input)) {
      throw new PickleException("is not what torch.save writes" + AGAIN);
    }
    Object version = new Unpickler(input).read();
    if (!version.equals(VERSION)) {
      throw new PickleException("is of another version than %d".formatted(VERSION) + AGAIN);
    }
    Object machine = new Unpickler(input).read();
    if (machine instanceof Map<?, ?> map && Boolean.FALSE.equals(map.get("little_endian"))) {
      throw new PickleException("was written by a big-endian machine" + AGAIN);
    }
    Unpickler unpickler = new Unpickler(input);
    Map<String, StridedTensor> tensors = tensors(unpickler.read());
    Map<String, StorageRef> storages = unpickler.storages();
    if (!(new Unpickler(input).read() instanceof List<?> keys)) {
      throw new PickleException("has no list of its storages");
    }
    return new TorchLayout(tensors, piecesInOrder(keys, storages, input.position(), size));
  }

  private static boolean isMagic(PickleInput input) throws IOException {
    try {
      return MAGIC.equals(new Unpickler(input).read());
    } catch (PickleException e) {
      throw new PickleException("is not what torch.save writes (" + e.getMessage() + ")", e);
    }
  }

  private static Map<String, TorchFile.Piece> piecesInOrder(
      List<?> keys, Map<String, StorageRef> storages, long first, long size) {
    Map<String, TorchFile.Piece> pieces = new LinkedHashMap<>();
    long at = first;
    for (Object key : keys) {
      StorageRef ref = key instanceof String text ? storages.get(text) : null;
      if (ref == null || pieces.containsKey(ref.key())) {
        throw new PickleException("lists a storage that its pickle does not name" + AGAIN);
      }
      pieces.put(ref.key(), new TorchFile.Piece(ref, at, false));
      at = Math.addExact(at, Math.addExact(Long.BYTES, ref.bytes()));
    }
    if (pieces.size() < storages.size()) {
      throw new PickleException("does not list all of its storages");
    }
    if (at > size) {
      throw new PickleException(
          "has %,d bytes, its pickle speaks of %,d; copy the file again".formatted(size, at));
    }
    return pieces;
  }

  /** The place of a storage's values, behind what stands before them in either format. */
  static long values(FSDataInputStream in, TorchFile.Piece piece, long size) throws IOException {
    if (piece.zipped()) {
      ZipDirectory.Entry entry = new ZipDirectory.Entry(piece.from(), piece.ref().bytes());
      return ZipDirectory.content(in, entry, size);
    }
    byte[] head = new byte[Long.BYTES];
    in.seek(piece.from());
    in.readFully(head);
    long values = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (values != piece.ref().size()) {
      throw new PickleException(
          "has a storage of %,d values, its pickle says %,d".formatted(values, piece.ref().size()));
    }
    return piece.from() + Long.BYTES;
  }

  private static Map<String, StridedTensor> tensors(Object root) {
    Map<String, StridedTensor> tensors = new LinkedHashMap<>();
    if (root instanceof Map<?, ?> map) {
      map.forEach(
          (name, value) -> {
            if (name instanceof String text && value instanceof StridedTensor tensor) {
              tensors.put(text, tensor);
            }
          });
    }
    if (tensors.isEmpty()) {
      throw new PickleException("holds no dictionary of tensors by name" + AGAIN);
    }
    return tensors;
  }
}
