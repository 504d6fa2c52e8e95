package io.retromae.finetune.data;

import io.retromae.core.failure.ClusterException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Local files that go away with those who use them, however these end.
 *
 * @param folder where they take room
 */
record Scratch(Path folder) {
  /**
   * A new empty file to write, read and map; it is deleted when it is closed, a map of it stays.
   *
   * @throws ClusterException if there cannot be one
   */
  FileChannel newFile() {
    try {
      Files.createDirectories(folder);
      return FileChannel.open(
          folder.resolve("retromae-pairs-" + UUID.randomUUID()),
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * Writes all that is left of a buffer.
   *
   * @throws ClusterException if there is no room
   */
  void write(FileChannel file, ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private ClusterException failed(IOException e) {
    return new ClusterException(
        "%s: cannot hold the training pairs: %s; needs about the size of the files, unpacked"
            .formatted(folder, e.getMessage()),
        e);
  }
}
