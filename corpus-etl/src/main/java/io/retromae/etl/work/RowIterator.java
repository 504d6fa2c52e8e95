package io.retromae.etl.work;

import io.retromae.core.shard.ColumnTable;
import io.retromae.spark.TaskEnd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The rows of a file as an iterator, for Spark; closes the file behind the last row. Rows that the
 * function leaves out are skipped.
 */
public final class RowIterator<T> implements Iterator<T> {
  private final ColumnTable.Reader reader;
  private final RowFunction<T> function;
  private int number = -1;
  private Optional<T> ahead = Optional.empty();
  private boolean ended;

  /** Makes a value of a row. */
  @FunctionalInterface
  public interface RowFunction<T> {
    /**
     * The value, empty if the row is left out.
     *
     * @param number of the row in its file, from 0
     */
    Optional<T> apply(ColumnTable.Reader row, int number);
  }

  /** Takes the reader over. */
  public RowIterator(ColumnTable.Reader reader, RowFunction<T> function) {
    this.reader = reader;
    this.function = function;
    TaskEnd.closes(this::close); // a task may end before the last row
  }

  private void close() {
    try {
      ended = true;
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean hasNext() {
    try {
      while (ahead.isEmpty() && !ended) {
        if (reader.next()) {
          number++;
          ahead = function.apply(reader, number);
        } else {
          close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ahead.isPresent();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no row behind row " + number);
    }
    T value = ahead.orElseThrow();
    ahead = Optional.empty();
    return value;
  }
}
