package io.retromae.training.pickle;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * A dictionary of tensors that {@code torch.save} wrote, in today's format (a zip file) or the one
 * before PyTorch 1.6. Opening reads the pickle and checks that all the values it speaks of lie in
 * the file; nothing in it is run.
 */
public final class TorchFile {
  private final Storage storage;
  private final String path;
  private final Map<String, StridedTensor> tensors = new LinkedHashMap<>();
  private final Map<String, Piece> pieces;

  /**
   * A storage in the file.
   *
   * @param ref what tensors see of it
   * @param from place of what stands before its values
   * @param zipped whether that is an entry's header, else the number of values
   */
  record Piece(StorageRef ref, long from, boolean zipped) {}

  private TorchFile(Storage storage, String path, TorchLayout layout) {
    this.storage = storage;
    this.path = path;
    this.pieces = layout.pieces();
    tensors.putAll(layout.tensors());
  }

  /**
   * Reads what a file holds.
   *
   * @throws CorruptDataException if it is cut short, is no dictionary of tensors or asks for
   *     anything beyond
   */
  public static TorchFile open(Storage storage, String path) {
    try (FSDataInputStream in = storage.open(path)) {
      return new TorchFile(storage, path, TorchLayout.of(in, storage.size(path)));
    } catch (PickleException e) {
      throw new CorruptDataException(path + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new ClusterException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Type and shape of each tensor, by name. */
  public Map<String, TensorEntry> entries() {
    Map<String, TensorEntry> entries = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> entries.put(name, tensor.entry()));
    return entries;
  }

  /**
   * Hands over tensors in the order of the data, each with its values in a row.
   *
   * @param wanted which ones; storages that none of them sees are passed over
   * @throws CorruptDataException if the file is damaged, or a storage has more than 2 GB
   */
  public void read(Predicate<String> wanted, Safetensors.Sink sink) throws IOException {
    List<Piece> inOrder = new ArrayList<>(pieces.values());
    inOrder.sort(Comparator.comparingLong(Piece::from));
    long size = storage.size(path);
    try (FSDataInputStream in = storage.open(path)) {
      for (Piece piece : inOrder) {
        List<String> names =
            tensors.keySet().stream()
                .filter(name -> wanted.test(name) && key(name).equals(piece.ref().key()))
                .toList();
        if (!names.isEmpty()) {
          ByteBuffer bytes = bytes(in, piece, size);
          for (String name : names) {
            sink.take(name, tensors.get(name).gather(bytes));
          }
        }
      }
    } catch (PickleException e) {
      throw new CorruptDataException(path + ": " + e.getMessage(), e);
    }
  }

  private String key(String tensor) {
    return tensors.get(tensor).storage().key();
  }

  private ByteBuffer bytes(FSDataInputStream in, Piece piece, long size) throws IOException {
    long bytes = piece.ref().bytes();
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new PickleException(
          "holds a storage of %,d bytes; at most 2 GB can be read at once".formatted(bytes));
    }
    byte[] values = new byte[(int) bytes];
    in.seek(
        TorchLayout.values(in, piece, size)); // onward, which an object store does in one stream
    in.readFully(values);
    return ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN);
  }
}
