package io.retromae.training.checkpoint;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.storage.Storage;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import io.retromae.training.safetensors.TensorEntry;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiPredicate;

/** Writes files of one folder with their hashes, and reads them back only if the hashes agree. */
public final class FileSet {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Storage storage;
  private final String folder;

  public FileSet(Storage storage, String folder) {
    this.storage = storage;
    this.folder = folder;
  }

  public FileEntry writeTensors(String name, Map<String, TensorData> tensors) throws IOException {
    return write(name, out -> Safetensors.write(out, tensors, Map.of("format", "pt")));
  }

  public FileEntry writeBytes(String name, byte[] bytes) throws IOException {
    return write(name, out -> out.write(bytes));
  }

  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private FileEntry write(String name, Content content) throws IOException {
    MessageDigest digest = Sha256.newDigest();
    String path = folder + "/" + name;
    try (OutputStream out =
        new BufferedOutputStream(
            new DigestOutputStream(storage.createAgain(path), digest), BUFFER_BYTES)) {
      content.writeTo(out);
    }
    return new FileEntry(name, storage.size(path), Sha256.hex(digest));
  }

  /** A small file, unchecked. */
  byte[] read(String name) {
    return storage.read(folder + "/" + name);
  }

  private interface Reading {
    void from(String path, InputStream in) throws IOException;
  }

  /** Reads a file and refuses it if it is missing or differs from its manifest. */
  private void checked(FileEntry entry, Reading reading) throws IOException {
    String path = folder + "/" + entry.name();
    verifySize(entry);
    MessageDigest digest = Sha256.newDigest();
    // Only read, never skipped: a digest does not see what is skipped.
    try (InputStream in =
        new BufferedInputStream(new DigestInputStream(open(path, entry), digest), BUFFER_BYTES)) {
      reading.from(path, in);
      in.transferTo(OutputStream.nullOutputStream());
    }
    if (!Sha256.hex(digest).equals(entry.sha256())) {
      throw new CorruptDataException(path + ": SHA-256 differs from its manifest");
    }
  }

  private InputStream open(String path, FileEntry entry) throws IOException {
    return storage.open(path, entry.bytes(), Storage.Reading.IN_ORDER);
  }

  /** Refuses a file that is missing or whose size differs from the manifest. */
  void verifySize(FileEntry entry) throws IOException {
    String path = folder + "/" + entry.name();
    try {
      long size = storage.size(path);
      if (size != entry.bytes()) {
        throw new CorruptDataException(
            "%s: %d bytes, its manifest says %d".formatted(path, size, entry.bytes()));
      }
    } catch (FileNotFoundException e) {
      throw new CorruptDataException(path + ": is missing, its manifest lists it", e);
    }
  }

  /** Refuses a file that is missing or whose size or hash differ from the manifest. */
  public void verify(FileEntry entry) throws IOException {
    checked(entry, (path, in) -> {});
  }

  /** What a file of tensors says it holds, unchecked. */
  public Map<String, TensorEntry> header(FileEntry entry) throws IOException {
    String path = folder + "/" + entry.name();
    try (InputStream in = open(path, entry)) {
      return Safetensors.readHeader(path, in);
    }
  }

  /** Tensors of a file that is as its manifest says. */
  Map<String, TensorData> readTensors(FileEntry entry) throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    checked(entry, (path, in) -> tensors.putAll(Safetensors.read(path, in)));
    return tensors;
  }

  /**
   * Lets tensors be read and checks the file on the way.
   *
   * @param wanted which tensors; a file without any is not read
   */
  void streamTensors(
      FileEntry entry, BiPredicate<String, TensorEntry> wanted, Safetensors.Receiver receiver)
      throws IOException {
    verifySize(entry);
    if (header(entry).entrySet().stream().anyMatch(e -> wanted.test(e.getKey(), e.getValue()))) {
      checked(entry, (name, in) -> Safetensors.stream(name, in, receiver));
    }
  }
}
