package io.retromae.core.shard;

import io.retromae.core.storage.Storage;
import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A stored file as Parquet reads it. */
public final class ParquetInput implements InputFile {
  private final Storage storage;
  private final String path;
  private final long length;

  /** A file whose length is known, so that storage is not asked again. */
  public ParquetInput(Storage storage, String path, long length) {
    this.storage = storage;
    this.path = path;
    this.length = length;
  }

  @Override
  public long getLength() {
    return length;
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    FSDataInputStream stream = storage.open(path, length, Storage.Reading.HERE_AND_THERE);
    return HadoopStreams.wrap(stream);
  }

  @Override
  public String toString() {
    return path;
  }
}
