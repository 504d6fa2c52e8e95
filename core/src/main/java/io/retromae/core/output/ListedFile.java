package io.retromae.core.output;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file as the manifest of its folder lists it.
 *
 * @param name path within the folder
 * @param bytes of it
 * @param sha256 of it, hexadecimal
 */
public record ListedFile(String name, long bytes, String sha256) {
  /**
   * What is wrong with a file; empty if it is as listed.
   *
   * @param mend what to do then
   */
  public Optional<String> problem(Storage storage, String folder, String mend) throws IOException {
    String path = folder + "/" + name;
    try {
      long size = storage.size(path);
      if (size != bytes) {
        return Optional.of(
            "%s: %,d bytes, the manifest says %,d; %s".formatted(path, size, bytes, mend));
      }
      boolean same = Sha256.of(storage.open(path, size, Storage.Reading.IN_ORDER)).equals(sha256);
      return same
          ? Optional.empty()
          : Optional.of("%s: SHA-256 differs from the manifest; %s".formatted(path, mend));
    } catch (FileNotFoundException e) {
      return Optional.of("%s: is missing, the manifest lists it; %s".formatted(path, mend));
    }
  }

  /**
   * Hashes all files of a folder anew.
   *
   * @throws CorruptDataException naming every file that is not as listed
   */
  public static void verify(Storage storage, String folder, List<ListedFile> files, String mend)
      throws IOException {
    List<String> problems = new ArrayList<>();
    for (ListedFile file : files) {
      file.problem(storage, folder, mend).ifPresent(problems::add);
    }
    if (!problems.isEmpty()) {
      throw new CorruptDataException(problems);
    }
  }
}
