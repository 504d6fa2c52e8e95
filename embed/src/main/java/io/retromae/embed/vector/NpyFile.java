package io.retromae.embed.vector;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** A {@code .npy} file and its ids, opened to see what rows there are. */
final class NpyFile {
  private final Storage storage;
  private final StoredFile file;
  private final NpyHeader header;
  private final String ids;

  /**
   * Reads the header and finds the ids: {@code NAME.ids.jsonl}, {@code NAME.ids.txt} or, if it is
   * alone, {@code ids.txt}.
   *
   * @param beside the files that were found with it
   */
  NpyFile(Storage storage, StoredFile file, List<StoredFile> beside) throws IOException {
    this.storage = storage;
    this.file = file;
    try (InputStream in = storage.open(file.path(), file.size(), Storage.Reading.IN_ORDER)) {
      this.header = NpyHeader.read(file.path(), in, file.size());
    }
    this.ids = findIds(beside.stream().filter(other -> other.path().endsWith(".npy")).count() == 1);
  }

  private String findIds(boolean alone) {
    String stem = IdsFile.stem(file.path());
    List<String> candidates =
        new ArrayList<>(List.of(stem + IdsFile.JSON_LINES, stem + IdsFile.PLAIN));
    if (alone) {
      candidates.add(file.path().substring(0, file.path().lastIndexOf('/') + 1) + "ids.txt");
    }
    for (String candidate : candidates) {
      if (storage.exists(candidate)) {
        return candidate;
      }
    }
    throw new CorruptDataException(
        "%s: its ids are missing; put them, a line each, into %s"
            .formatted(file.path(), stem + IdsFile.PLAIN));
  }

  /** Adds the rows in units of a block; finds the place of each unit's first id. */
  void addTo(List<VectorPart> units) throws IOException {
    long before =
        units.isEmpty()
            ? 0
            : units.get(units.size() - 1).first() + units.get(units.size() - 1).rows();
    int unitRows = VectorBlock.rowsFor(header.width());
    try (IdsFile lines = new IdsFile(storage, ids, 0)) {
      for (long from = 0; from < header.rows(); from += unitRows) {
        long rows = Math.min(unitRows, header.rows() - from);
        units.add(
            new NpyPart(
                file.path(),
                file.size(),
                header,
                before + from,
                from,
                rows,
                ids,
                lines.position()));
        for (long i = 0; i < rows; i++) {
          if (!lines.skip()) {
            throw new CorruptDataException(
                "%s: %d ids for the %d rows of %s"
                    .formatted(ids, from + i, header.rows(), file.path()));
          }
        }
      }
      if (lines.skip()) {
        throw new CorruptDataException(
            "%s: more ids than the %d rows of %s".formatted(ids, header.rows(), file.path()));
      }
    }
  }
}
