package io.retromae.core.record;

import io.retromae.core.compression.Decompression;
import io.retromae.core.shard.ParquetPart;
import io.retromae.core.shard.ParquetRows;
import io.retromae.core.storage.Storage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Opens a file of records. Compression and format are told by its first bytes, whatever its name;
 * only a table of tab-separated values is told by its name.
 */
public final class RecordFile {
  /** Endings of names that tell a compression. */
  public static final List<String> COMPRESSED = List.of(".gz", ".zst", ".bz2");

  private static final String PARQUET = "PAR1";
  private static final int HEAD_BYTES = 1 << 12;

  private RecordFile() {}

  /**
   * Opens JSON lines, a JSON array, Parquet, or a table named {@code .tsv} whose first line names
   * its columns. Numbers of Parquet are numbers.
   *
   * @throws IOException if it cannot be read
   */
  public static Records open(Storage storage, String path) throws IOException {
    return open(storage, path, ParquetRows.Values.TYPED, isTable(path));
  }

  /**
   * The same for texts alone: all values of Parquet are texts, and no table is read.
   *
   * @throws IOException if it cannot be read
   */
  public static Records openTexts(Storage storage, String path) throws IOException {
    return open(storage, path, ParquetRows.Values.TEXTS, false);
  }

  /**
   * Opens a table without names of columns whose values have one tab between them.
   *
   * @param columns their names
   * @throws IOException if it cannot be read
   */
  public static Records openTabs(Storage storage, String path, List<String> columns)
      throws IOException {
    return table(storage, path, Table.Separator.TAB, columns);
  }

  /**
   * The same of a table with any blanks between values, as TREC's are.
   *
   * @throws IOException if it cannot be read
   */
  public static Records openBlanks(Storage storage, String path, List<String> columns)
      throws IOException {
    return table(storage, path, Table.Separator.BLANKS, columns);
  }

  private static Records table(
      Storage storage, String path, Table.Separator separator, List<String> columns)
      throws IOException {
    return new Table(decompressed(storage, path), separator, Optional.of(columns));
  }

  private static Records open(
      Storage storage, String path, ParquetRows.Values values, boolean table) throws IOException {
    BufferedInputStream raw = new BufferedInputStream(storage.open(path), HEAD_BYTES);
    try {
      if (Decompression.startsWith(raw, PARQUET)) {
        raw.close();
        return new ParquetRecords(new ParquetRows(storage, path, values), 0);
      }
      BufferedInputStream text = Decompression.open(raw);
      if (table) {
        return new Table(text, Table.Separator.TAB, Optional.empty());
      }
      return firstVisible(text) == '[' ? new JsonArray(text) : new JsonLines(new LineReader(text));
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /**
   * Opens a part of JSON lines that are not compressed.
   *
   * @param lines of the part
   */
  public static Records openLines(LineReader lines) {
    return new JsonLines(lines);
  }

  /**
   * Opens some rows and columns of a Parquet file; numbers are numbers.
   *
   * @param part what is read
   * @throws IOException if it cannot be read
   */
  public static Records openParquet(Storage storage, String path, ParquetPart part)
      throws IOException {
    ParquetRows rows = new ParquetRows(storage, path, ParquetRows.Values.TYPED, part);
    return new ParquetRecords(rows, part.rowsBefore());
  }

  /**
   * Opens the bytes of a file, decompressed.
   *
   * @throws IOException if it cannot be read
   */
  public static InputStream decompressed(Storage storage, String path) throws IOException {
    InputStream raw = storage.open(path);
    try {
      return Decompression.open(raw);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /**
   * Whether a file can be read from any of its lines on: it is not compressed, and neither Parquet
   * nor one JSON array.
   *
   * @throws IOException if it cannot be read
   */
  public static boolean isPlainLines(Storage storage, String path) throws IOException {
    try (BufferedInputStream raw = new BufferedInputStream(storage.open(path), HEAD_BYTES)) {
      return !Decompression.startsWith(raw, PARQUET)
          && !Decompression.isCompressed(raw)
          && firstVisible(raw) != '[';
    }
  }

  private static boolean isTable(String path) {
    return withoutCompression(path).endsWith(".tsv");
  }

  /** The last part of a path in lower case, without an ending that tells a compression. */
  public static String withoutCompression(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    for (String ending : COMPRESSED) {
      name = name.endsWith(ending) ? name.substring(0, name.length() - ending.length()) : name;
    }
    return name;
  }

  /**
   * The first byte that is neither blank nor part of a byte order mark; what it is stays unread.
   */
  private static int firstVisible(BufferedInputStream in) throws IOException {
    in.mark(HEAD_BYTES);
    int b = in.read();
    for (int i = 1; i < HEAD_BYTES && (b == 0xEF || b == 0xBB || b == 0xBF || isBlank(b)); i++) {
      b = in.read();
    }
    in.reset();
    return b;
  }

  private static boolean isBlank(int b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
