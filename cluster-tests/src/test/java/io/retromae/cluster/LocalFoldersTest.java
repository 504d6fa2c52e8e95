package io.retromae.cluster;

import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No job changes a byte outside of its folder on local disk, links included. */
class LocalFoldersTest {
  @TempDir Path disk;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void nothingOutsideOfAFolderIsTouched(long seed) throws IOException {
    new FolderSequences(new Storage(new Configuration()), disk.toString(), seed) {
      @Override
      protected void link(String folder, String name, String target) throws IOException {
        Path link = Path.of(folder, name);
        if (Files.isDirectory(Path.of(folder)) && !Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
          Files.createSymbolicLink(link, Path.of(target));
        }
      }
    }.run(40);
  }
}
