package io.retromae.finetune.mine;

import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.Storage;
import io.retromae.embed.job.texts.StoredTexts;
import io.retromae.spark.TaskEnd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import scala.Tuple2;

/**
 * Texts of a part of a set, asked for by sorted numbers; each goes where its number says. Reads the
 * part once; closed with the task.
 */
final class WantedTexts implements Iterator<Tuple2<Long, String>> {
  private static final List<Column> TEXT_ALONE = List.of(StoredTexts.COLUMNS.get(StoredTexts.TEXT));

  private final Iterator<Tuple2<Integer, Long>> wanted;
  private final Storage storage;
  private final String path;
  private ColumnTable.Reader reader;
  private long row;
  private String text;

  /**
   * Opens nothing yet.
   *
   * @param wanted number of a text, where it goes
   */
  WantedTexts(
      Storage storage, StoredTexts texts, int part, Iterator<Tuple2<Integer, Long>> wanted) {
    this.storage = storage;
    this.path = texts.path(part);
    this.row = part * texts.rowsPerPart() - 1;
    this.wanted = wanted;
  }

  @Override
  public boolean hasNext() {
    return wanted.hasNext();
  }

  @Override
  public Tuple2<Long, String> next() {
    Tuple2<Integer, Long> next = wanted.next();
    try {
      if (reader == null) {
        reader = new ColumnTable.Reader(storage, path, TEXT_ALONE);
        TaskEnd.closes(reader::close);
      }
      boolean moved = row < next._1();
      while (row < next._1()) {
        if (!reader.next()) {
          throw new IOException("%s: has no text %d".formatted(path, next._1()));
        }
        row++;
      }
      text = moved ? reader.text(0) : text;
      return new Tuple2<>(next._2(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
