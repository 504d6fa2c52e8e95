package io.retromae.etl.source;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/** Rows of a Parquet file whose columns are texts. */
final class ParquetRecordReader implements RecordReader {
  private static final Pattern ADDRESS = Pattern.compile("@[0-9a-f]+");

  private final FilePart part;
  private final Tally tally;
  private final Optional<ParquetTable> table;
  private List<ColumnReader> columns = List.of();
  private int group;
  private int lastGroup;
  private long row;
  private long left;

  private ParquetRecordReader(FilePart part, Optional<ParquetTable> table) {
    this.part = part;
    this.tally = new Tally(part);
    this.table = table;
  }

  static ParquetRecordReader open(Storage storage, FilePart part) throws IOException {
    if (part.size() == 0) {
      return new ParquetRecordReader(part, Optional.empty()); // counted as empty
    }
    storage.open(part.path()).close(); // a file that is not there is no broken file
    try {
      ParquetRecordReader reader =
          new ParquetRecordReader(part, Optional.of(ParquetTable.open(storage, part)));
      reader.begin(part.split());
      return reader;
    } catch (ConfigException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Parquet throws exceptions of all kinds at a broken footer.
      refuseStorageTrouble(e);
      ParquetRecordReader reader = new ParquetRecordReader(part, Optional.empty());
      boolean magic = String.valueOf(e.getMessage()).contains("is not a Parquet file");
      String kind = magic ? FileError.BAD_MAGIC : FileError.CORRUPT;
      reader.tally.fail(new FileError(kind, 0, "no Parquet footer: " + describe(e)));
      return reader;
    }
  }

  /** Trouble of networks and file systems is no damage of the file: the task is tried again. */
  private static void refuseStorageTrouble(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String kind = cause.getClass().getName();
      if (cause instanceof InterruptedIOException
          || kind.startsWith("java.net.")
          || kind.startsWith("java.nio.channels.")
          || kind.startsWith("org.apache.hadoop.")) {
        throw new UncheckedIOException(new IOException("storage failed: " + e.getMessage(), e));
      }
    }
  }

  /** What an exception says, without the addresses of objects. */
  private static String describe(Exception e) {
    return ADDRESS.matcher(String.valueOf(e.getMessage())).replaceAll("");
  }

  private void begin(Split split) {
    List<BlockMetaData> groups = groups();
    boolean whole = split.shape() == Split.Shape.WHOLE;
    group = (int) split.from();
    lastGroup = whole ? groups.size() : (int) Math.min(groups.size(), split.to());
    for (BlockMetaData before : groups.subList(0, Math.min(group, groups.size()))) {
      row += before.getRowCount();
    }
  }

  private List<BlockMetaData> groups() {
    return table.map(ParquetTable::rowGroups).orElse(List.of());
  }

  @Override
  public Optional<Outcome> next() {
    try {
      while (left == 0) {
        if (group >= lastGroup) {
          return Optional.empty();
        }
        left = groups().get(group).getRowCount();
        columns = left == 0 ? List.of() : table.orElseThrow().readers(group);
        group++;
      }
      List<Optional<byte[]>> values = columns.stream().map(ParquetRecordReader::take).toList();
      left--;
      return Optional.of(outcome(row++, values));
    } catch (IOException | RuntimeException e) {
      // Parquet throws exceptions of all kinds at broken pages; nothing behind them can be trusted.
      refuseStorageTrouble(e);
      lastGroup = 0;
      left = 0;
      tally.fail(new FileError(FileError.CORRUPT, row, "unreadable row: " + describe(e)));
      return Optional.empty();
    }
  }

  private static Optional<byte[]> take(ColumnReader column) {
    boolean given =
        column.getCurrentDefinitionLevel() == column.getDescriptor().getMaxDefinitionLevel();
    Optional<byte[]> value = given ? Optional.of(column.getBinary().getBytes()) : Optional.empty();
    column.consume();
    return value;
  }

  private Outcome outcome(long place, List<Optional<byte[]>> values) {
    byte[] raw = values.get(0).orElse(new byte[0]);
    try {
      return tally.read(place, fields(values));
    } catch (Fields.Refused e) {
      int kept = Math.min(raw.length, Quarantined.RAW_BYTES);
      byte[] head = Arrays.copyOf(raw, kept);
      return tally.setAside(place, e.reason(), String.valueOf(e.getMessage()), head);
    }
  }

  private Fields fields(List<Optional<byte[]>> values) throws Fields.Refused {
    InputSettings input = part.input();
    String column = input.textColumn();
    if (values.get(0).isEmpty()) {
      throw new Fields.Refused(Quarantined.Reason.MISSING_TEXT, "'" + column + "' is null");
    }
    Utf8Text text = decode(values.get(0));
    if (text.text().isBlank()) {
      throw new Fields.Refused(Quarantined.Reason.EMPTY_TEXT, "'" + column + "' is blank");
    }
    boolean titled = !input.titleColumn().isEmpty();
    Utf8Text title = decode(titled ? values.get(1) : Optional.empty());
    boolean sets = !input.sourceColumn().isEmpty();
    Utf8Text set = decode(sets ? values.get(values.size() - 1) : Optional.empty());
    int replaced = text.replaced() + title.replaced() + set.replaced();
    return new Fields(
        set.text().isBlank() ? Optional.empty() : Optional.of(set.text()),
        title.text().strip(),
        text.text(),
        new Fields.Repairs(0, replaced, 0, 0, 0, false));
  }

  private Utf8Text decode(Optional<byte[]> value) throws Fields.Refused {
    byte[] bytes = value.orElse(new byte[0]);
    if (bytes.length > part.limits().recordBytes()) {
      throw new Fields.Refused(
          Quarantined.Reason.TOO_LARGE,
          "longer than %,d bytes".formatted(part.limits().recordBytes()));
    }
    return Utf8Text.decode(bytes, 0, bytes.length, part.limits().invalidUtf8());
  }

  @Override
  public FileReport report() {
    return tally.report();
  }

  @Override
  public void close() throws IOException {
    if (table.isPresent()) {
      table.get().close();
    }
  }
}
