package io.retromae.etl.source.json;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.Split;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The pieces of one file that is being rewritten, one open at a time. Trouble in writing is
 * unchecked, so that it is not taken for an error of the file.
 */
final class Pieces extends OutputStream {
  private static final int FAST = 1;

  private final Storage storage;
  private final String prefix;
  private final List<String> paths = new ArrayList<>();
  private final List<Long> starts = new ArrayList<>();
  private List<FileError> errors = List.of();
  private Split.Shape shape = Split.Shape.LINES;
  private OutputStream out;

  Pieces(Storage storage, String prefix) {
    this.storage = storage;
    this.prefix = prefix;
    this.out = open(0);
  }

  private OutputStream open(long from) {
    String path = String.format(Locale.ROOT, "%s-%05d.zst", prefix, paths.size());
    paths.add(path);
    starts.add(from);
    try {
      return new ZstdOutputStreamNoFinalizer(
          new BufferedOutputStream(storage.create(path), 1 << 16), FAST);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + path, e);
    }
  }

  /** How records are told apart. */
  void shape(Split.Shape records) {
    shape = records;
  }

  /** Offset at which the open piece begins. */
  long from() {
    return starts.get(starts.size() - 1);
  }

  /** Closes the open piece and begins another. */
  void begin(long from) {
    close();
    out = open(from);
  }

  /** The file cannot be read beyond what was written. */
  void fail(FileError error) {
    errors = List.of(error);
  }

  /** All pieces, the last one closed. */
  List<Split> splits() {
    close();
    List<Split> splits = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      boolean last = i + 1 == paths.size();
      long to = last ? Long.MAX_VALUE : starts.get(i + 1);
      List<FileError> ending = last ? errors : List.of();
      splits.add(new Split(shape, paths.get(i), 0, starts.get(i), to, ending));
    }
    return List.copyOf(splits);
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + paths.get(paths.size() - 1), e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + paths.get(paths.size() - 1), e);
    }
  }
}
