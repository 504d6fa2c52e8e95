package io.retromae.pretrain.checkpoint;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.safetensors.Safetensors;
import io.retromae.pretrain.safetensors.TensorData;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Map;

/** Writes files of one folder with their hashes, and reads them back only if the hashes agree. */
final class FileSet {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Storage storage;
  private final String folder;

  FileSet(Storage storage, String folder) {
    this.storage = storage;
    this.folder = folder;
  }

  FileEntry writeTensors(String name, Map<String, TensorData> tensors) throws IOException {
    return write(name, out -> Safetensors.write(out, tensors, Map.of("format", "pt")));
  }

  FileEntry writeBytes(String name, byte[] bytes) throws IOException {
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
            new DigestOutputStream(storage.create(path), digest), BUFFER_BYTES)) {
      content.writeTo(out);
    }
    return new FileEntry(name, storage.size(path), Sha256.hex(digest));
  }

  /** Refuses a file that is missing or whose size or hash differ from the manifest. */
  void verify(FileEntry entry) throws IOException {
    String path = folder + "/" + entry.name();
    try {
      if (storage.size(path) != entry.bytes()) {
        throw new CorruptDataException(
            "%s: %d bytes, its manifest says %d"
                .formatted(path, storage.size(path), entry.bytes()));
      }
    } catch (FileNotFoundException e) {
      throw new CorruptDataException(path + ": is missing, its manifest lists it", e);
    }
    if (!Sha256.of(storage.open(path)).equals(entry.sha256())) {
      throw new CorruptDataException(path + ": SHA-256 differs from its manifest");
    }
  }

  Map<String, TensorData> readTensors(String name) throws IOException {
    String path = folder + "/" + name;
    try (InputStream in = new BufferedInputStream(storage.open(path), BUFFER_BYTES)) {
      return Safetensors.read(path, in);
    }
  }
}
