package io.retromae.finetune.data;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.record.RecordFile;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Tells files whose content is broken from storage that does not deliver it. */
final class BrokenFile {
  private BrokenFile() {}

  /**
   * What is to be thrown where a file cannot be read on.
   *
   * @param record the last that was read
   * @return with the path, if it is the storage that fails
   * @throws CorruptDataException if all bytes are there, and a decoder refuses them
   */
  static IOException of(Storage storage, String path, long record, IOException cause) {
    try {
      if (!RecordFile.isPlainLines(storage, path)) { // of plain lines nothing is decoded
        try (InputStream in = storage.open(path)) {
          in.transferTo(OutputStream.nullOutputStream());
        }
        throw new CorruptDataException(
            "%s, record %d: the file is broken: %s; fetch it again"
                .formatted(path, record + 1, cause.getMessage()),
            cause);
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    return new IOException("%s: cannot be read: %s".formatted(path, cause.getMessage()), cause);
  }
}
