package io.retromae.training.huggingface;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.storage.Storage;
import io.retromae.training.checkpoint.CheckpointFiles;
import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.checkpoint.FileEntry;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Map;

/**
 * The files of a model folder, held to the hashes that are recorded of them: those of a checkpoint
 * of ours are, in its manifest. Of other folders nothing is known, and what is read is taken as it
 * is.
 *
 * @param title of the folder in messages: {@code init.from = model}
 * @param recorded by name
 */
record RecordedFiles(
    Storage storage, String folder, String title, Map<String, FileEntry> recorded) {
  private static final int BUFFER_BYTES = 1 << 16;

  static RecordedFiles of(Storage storage, String folder, String title) {
    return new RecordedFiles(storage, folder, title, CheckpointStore.recorded(storage, folder));
  }

  /** Takes a file's bytes, in order. */
  interface Reading {
    void from(InputStream in) throws IOException;
  }

  /**
   * Reads a file.
   *
   * @throws CorruptDataException if it is not as recorded: what was read is not to be used then
   */
  void read(String name, Reading reading) throws IOException {
    String path = folder + "/" + name;
    FileEntry entry = recorded.get(name);
    if (entry == null) {
      try (InputStream in = new BufferedInputStream(storage.open(path), BUFFER_BYTES)) {
        reading.from(in);
      }
      return;
    }
    MessageDigest digest = Sha256.newDigest();
    // Only read, never skipped: a digest does not see what is skipped.
    try (InputStream in =
        new BufferedInputStream(new DigestInputStream(storage.open(path), digest), BUFFER_BYTES)) {
      reading.from(in);
      in.transferTo(OutputStream.nullOutputStream());
    }
    if (!Sha256.hex(digest).equals(entry.sha256())) {
      throw new CorruptDataException(
          "%s: %s is damaged: SHA-256 differs from the checkpoint's manifest; take another checkpoint"
              .formatted(title, name));
    }
  }

  /**
   * Checks the files that are not tensors, which are small.
   *
   * @throws CorruptDataException if one is not as recorded
   */
  void checkDescription() {
    for (String name : recorded.keySet()) {
      if (!CheckpointFiles.holdsTensors(name)) {
        try {
          read(name, in -> {});
        } catch (IOException e) {
          throw new ClusterException(
              "%s: %s cannot be read: %s".formatted(title, name, e.getMessage()), e);
        }
      }
    }
  }
}
