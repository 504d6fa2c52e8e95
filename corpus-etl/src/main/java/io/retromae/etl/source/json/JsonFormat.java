package io.retromae.etl.source.json;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Division;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FileFormat;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.RecordReader;
import io.retromae.etl.source.compression.StoredStream;
import io.retromae.etl.source.compression.StreamErrors;
import java.io.IOException;
import java.util.Optional;

/** Lines or arrays of JSON, compressed or not. */
public final class JsonFormat implements FileFormat {
  @Override
  public Optional<FileError> check(Storage storage, FilePart part) throws IOException {
    try {
      StoredStream.open(storage, part).close();
      return Optional.empty();
    } catch (StoredStream.UnreadableException e) {
      return Optional.of(StreamErrors.of(e.reason(), 0));
    }
  }

  @Override
  public Division divide(Storage storage, FilePart part) throws IOException {
    return new JsonSplitter(storage, part).divide();
  }

  @Override
  public RecordReader open(Storage storage, FilePart part) throws IOException {
    return JsonRecordReader.open(storage, part);
  }
}
