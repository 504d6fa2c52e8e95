package io.retromae.etl.source.parquet;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Fields;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.FileReport;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.Outcome;
import io.retromae.etl.source.Quarantined;
import io.retromae.etl.source.RecordReader;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.Tally;
import io.retromae.etl.source.Utf8Text;
import io.retromae.etl.source.compression.Expansion;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/** Rows of a Parquet file whose columns are texts. */
final class ParquetRecordReader implements RecordReader {
  private final FilePart part;
  private final Tally tally;
  private final Optional<ParquetTable> table;
  private final Expansion expansion;
  private List<ColumnReader> columns = List.of();
  private int group;
  private int lastGroup;
  private long row;
  private long left;
  private long given;

  private ParquetRecordReader(FilePart part, Optional<ParquetTable> table) {
    this.part = part;
    this.tally = new Tally(part);
    this.table = table;
    this.expansion = new Expansion(Expansion.FREE, part.files().maxExpansion());
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
    } catch (IOException | RuntimeException e) {
      // Parquet throws exceptions of all kinds at a broken footer.
      ParquetRecordReader reader = new ParquetRecordReader(part, Optional.empty());
      reader.tally.fail(ParquetErrors.atOpening(storage, part, e));
      return reader;
    }
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
      for (Optional<byte[]> value : values) {
        given += value.map(bytes -> bytes.length).orElse(0);
      }
      expansion.check(given, part.size());
      left--;
      return Optional.of(outcome(row++, values));
    } catch (IOException | RuntimeException e) {
      // Parquet throws exceptions of all kinds at broken pages; nothing behind them can be trusted.
      lastGroup = 0;
      left = 0;
      tally.fail(ParquetErrors.atRow(row, e));
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
    boolean sets = columns.size() > (titled ? 2 : 1);
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
