package io.retromae.embed.ml;

import io.retromae.embed.encoder.TextEncoder;
import io.retromae.spark.TaskEnd;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** The rows of a partition, each with its vector, made as they are asked for. */
final class EmbeddedRows implements Iterator<Row> {
  private final EmbedRows plan;
  private final Iterator<Row> source;
  private final RowWindow ahead = new RowWindow();
  private TextEncoder encoder;
  private Iterator<Row> window = Collections.emptyIterator();
  private Iterator<float[]> vectors = Collections.emptyIterator();

  EmbeddedRows(EmbedRows plan, Iterator<Row> source) {
    this.plan = plan;
    this.source = source;
  }

  @Override
  public boolean hasNext() {
    return window.hasNext() || source.hasNext();
  }

  @Override
  public Row next() {
    if (!window.hasNext()) {
      if (!source.hasNext()) {
        throw new NoSuchElementException();
      }
      encode(ahead.next(source));
    }
    Row row = window.next();
    Object[] values = new Object[row.length() + 1];
    for (int i = 0; i < row.length(); i++) {
      values[i] = row.get(i);
    }
    if (!row.isNullAt(plan.column())) {
      values[row.length()] = plan.output().value(vectors.next());
    }
    return RowFactory.create(values);
  }

  private void encode(List<Row> rows) {
    List<Row> given = rows.stream().filter(row -> !row.isNullAt(plan.column())).toList();
    if (!given.isEmpty()) {
      vectors = List.of(plan.input().encode(encoder(), given, plan.column())).iterator();
    }
    window = rows.iterator();
  }

  /** Taken when the first text needs it; given back at the end of the task, whoever ends it. */
  private TextEncoder encoder() {
    if (encoder == null) {
      TextEncoder lease = plan.source().acquire();
      TaskEnd.closes(lease::close);
      encoder = lease;
    }
    return encoder;
  }
}
