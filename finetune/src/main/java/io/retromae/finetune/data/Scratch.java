package io.retromae.finetune.data;

import io.retromae.core.failure.ClusterException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Local files that go away with those who use them, however these end.
 *
 * @param folder where they take room
 */
record Scratch(Path folder) {
  /** What names folders on disks: YARN's, then Spark's own. */
  private static final List<String> DISKS =
      List.of("LOCAL_DIRS", "SPARK_EXECUTOR_DIRS", "SPARK_LOCAL_DIRS");

  /**
   * Where a process may put files: the first folder that its cluster gives it, which lies on a disk
   * more often than that for temporary files.
   */
  static Path place(Map<String, String> environment, Path temporary) {
    return DISKS.stream()
        .filter(name -> !name.equals("LOCAL_DIRS") || environment.containsKey("CONTAINER_ID"))
        .flatMap(name -> Stream.of(environment.getOrDefault(name, "").split("[,:]")))
        .filter(folder -> !folder.isBlank())
        .map(folder -> Path.of(folder.strip()))
        .filter(Files::isWritable)
        .findFirst()
        .orElse(temporary);
  }

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
        "%s: cannot hold the training pairs: %s; needs about the size of the files, unpacked;"
            + " set SPARK_LOCAL_DIRS (on YARN yarn.nodemanager.local-dirs) or -Djava.io.tmpdir to a folder with room"
                .formatted(folder, e.getMessage()),
        e);
  }
}
