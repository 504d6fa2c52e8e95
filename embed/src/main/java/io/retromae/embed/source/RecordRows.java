package io.retromae.embed.source;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.record.Records;
import io.retromae.core.record.RefusedRecordException;
import java.io.IOException;
import java.util.Optional;

/** Columns of records. */
final class RecordRows implements Rows {
  private final InputFile file;
  private final Records records;

  RecordRows(InputFile file, Records records) {
    this.file = file;
    this.records = records;
  }

  @Override
  public Optional<Row> next() throws IOException, RefusedRecordException {
    Optional<ObjectNode> record = records.next();
    return record.isEmpty()
        ? Optional.empty()
        : Optional.of(file.columns().row(record.get(), file.madeId(records.number())));
  }

  @Override
  public long number() {
    return records.number();
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
