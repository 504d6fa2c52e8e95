package io.retromae.etl.source.json;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Columns;
import io.retromae.etl.source.Fields;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.FileReport;
import io.retromae.etl.source.Outcome;
import io.retromae.etl.source.Quarantined;
import io.retromae.etl.source.RecordReader;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.Tally;
import io.retromae.etl.source.compression.StoredStream;
import io.retromae.etl.source.compression.StreamErrors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Records of JSON lines and arrays. */
final class JsonRecordReader implements RecordReader {
  private final Storage storage;
  private final FilePart part;
  private final boolean namesSets;
  private final Tally tally;
  private final RecordScanner scanner;
  private final JsonRecords referee;
  private final ByteWindow window;
  private RecordCutter cutter;
  private boolean ended;

  private JsonRecordReader(Storage storage, FilePart part, ByteWindow window) {
    Columns columns = part.input().columns();
    this.storage = storage;
    this.part = part;
    this.namesSets = columns.namesSets();
    this.tally = new Tally(part);
    this.scanner = new RecordScanner(columns, part.limits().nan());
    this.referee = new JsonRecords(columns, part.limits());
    this.window = window;
    this.cutter = new LineCutter(window);
  }

  static JsonRecordReader open(Storage storage, FilePart part) throws IOException {
    int longest = part.limits().recordBytes();
    try {
      InputStream stream = StoredStream.open(storage, part);
      JsonRecordReader reader =
          new JsonRecordReader(storage, part, new ByteWindow(stream, part.split().from(), longest));
      reader.begin();
      return reader;
    } catch (StoredStream.UnreadableException e) {
      InputStream nothing = InputStream.nullInputStream();
      JsonRecordReader reader =
          new JsonRecordReader(storage, part, new ByteWindow(nothing, 0, longest));
      reader.fail(e.reason());
      return reader;
    }
  }

  private void begin() throws IOException {
    Split split = part.split();
    boolean told = split.shape() == Split.Shape.LINES || !split.beginsFile();
    // of the whole file: that a piece is looked at must not change what is seen
    FilePart whole = part.with(Split.WHOLE);
    Layout layout = told ? new Layout(split.shape(), 0, 0) : Layout.of(storage, whole);
    try {
      if (layout.isArray()) {
        ArrayCutter elements = new ArrayCutter(window, part, tally);
        elements.begin(layout);
        cutter = elements;
      } else if (split.beginsInsideLine() && cutter.find()) {
        cutter.cut(); // the split before reads it
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  @Override
  public Optional<Outcome> next() {
    while (!ended) {
      try {
        ended = !cutter.find() || isBeyond();
        if (ended) {
          end();
          break;
        }
        cutter.cut();
        if (!window.isBlank()) {
          return Optional.of(outcome());
        }
        tally.note("blank_lines");
      } catch (IOException e) {
        fail(e);
        if (breaksRecord(e)) {
          return Optional.of(
              setAside(Quarantined.Reason.TRUNCATED_RECORD, "the file ends inside it"));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether the record found belongs to the next split. */
  private boolean isBeyond() {
    long to = part.split().to();
    return cutter instanceof ArrayCutter ? window.offset() >= to : window.offset() > to;
  }

  /** At the end of an array's split, another must begin here, and after the array nothing. */
  private void end() throws IOException {
    if (!(cutter instanceof ArrayCutter array)) {
      return;
    }
    long to = part.split().to();
    boolean last = to == Long.MAX_VALUE;
    if (!last && (array.finished() || window.offset() != to)) {
      String message = "elements end at %,d, not at %,d".formatted(window.offset(), to);
      tally.fail(new FileError(FileError.SPLIT_MISMATCH, window.offset(), message));
    } else if (last) {
      array.skipRest();
    }
  }

  private Outcome outcome() {
    if (window.overflown()) {
      String message = "longer than %,d bytes".formatted(part.limits().recordBytes());
      return setAside(Quarantined.Reason.TOO_LARGE, message);
    }
    try {
      Optional<Fields> usual = scanner.parse(window.bytes, window.mark, window.end);
      Fields fields =
          usual.isPresent() ? usual.get() : referee.parse(window.bytes, window.mark, window.end);
      if (fields.set().isEmpty() && namesSets && tally.wantsKeys()) {
        tally.keys(referee.keys(window.bytes, window.mark, window.end));
      }
      return tally.read(window.recordOffset(), fields);
    } catch (Fields.Refused e) {
      if (!e.keys().isEmpty()) {
        tally.keys(e.keys());
      }
      return setAside(e.reason(), String.valueOf(e.getMessage()));
    }
  }

  private Outcome setAside(Quarantined.Reason reason, String message) {
    byte[] raw = window.head(Quarantined.RAW_BYTES);
    return tally.setAside(window.recordOffset(), reason, message, raw);
  }

  /**
   * Gzip and xz are decoded to the last byte that is there: behind a line end they broke no record.
   * Blocks of zstd and bzip2 come whole or not at all, so one that is cut held at least a record.
   */
  private boolean breaksRecord(IOException e) {
    return StreamErrors.isTruncation(e)
        && !cutter.finished()
        && (!window.isBlank() || losesBlocks());
  }

  private boolean losesBlocks() {
    try {
      return StoredStream.compressionOf(storage, part).decodesByBlocks();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // trouble in storage, not in the file
    }
  }

  private void fail(IOException e) {
    ended = true;
    tally.fail(StreamErrors.of(e, window.offset()));
  }

  @Override
  public FileReport report() {
    return tally.report();
  }

  @Override
  public void close() throws IOException {
    window.close();
  }
}
