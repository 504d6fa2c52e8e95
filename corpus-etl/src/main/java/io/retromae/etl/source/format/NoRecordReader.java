package io.retromae.etl.source.format;

import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.FileReport;
import io.retromae.etl.source.Outcome;
import io.retromae.etl.source.RecordReader;
import java.util.Map;
import java.util.Optional;

/** Reads nothing. */
record NoRecordReader(FilePart part) implements RecordReader {
  @Override
  public Optional<Outcome> next() {
    return Optional.empty();
  }

  @Override
  public FileReport report() {
    return new FileReport(
        part.path(), part.size(), 0, 0, Map.of(), Map.of(), Map.of(), Optional.empty());
  }

  @Override
  public void close() {
    // nothing is open
  }
}
