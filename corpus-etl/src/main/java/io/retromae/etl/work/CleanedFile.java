package io.retromae.etl.work;

import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.shard.DocumentId;
import io.retromae.etl.decontaminate.Hits;
import io.retromae.etl.dedup.DocumentRow;
import io.retromae.etl.dedup.Fingerprint;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.Measure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;

/**
 * The cleaned documents of one unit, as Parquet. Beside the text it holds what deduplication and
 * decontamination need, so that they read these columns only.
 */
public final class CleanedFile {
  static final Column DOCUMENT_ID = Column.text("document_id");

  /** Corpus and set. */
  public static final Column SOURCE = Column.label("source");

  /** Lower-case name of the language. */
  public static final Column LANGUAGE = Column.label("language");

  static final Column WORDS = Column.int32("words");
  static final Column CHARACTERS = Column.int32("characters");
  static final Column FINGERPRINT_HIGH = Column.int64("fingerprint_high");
  static final Column FINGERPRINT_LOW = Column.int64("fingerprint_low");
  static final Column BANDS = Column.bytes("minhash_bands");

  /** N-grams of benchmarks that the text holds, encoded. */
  public static final Column HITS = Column.label("benchmark_hits");

  /** The cleaned text. */
  public static final Column TEXT = Column.text("text");

  /** Most rows of a row group. */
  private static final int ROWS_PER_GROUP = 1_024;

  private static final List<Column> COLUMNS =
      List.of(
          DOCUMENT_ID,
          SOURCE,
          LANGUAGE,
          WORDS,
          CHARACTERS,
          FINGERPRINT_HIGH,
          FINGERPRINT_LOW,
          BANDS,
          HITS,
          TEXT);

  private static final List<Column> DEDUP_COLUMNS =
      List.of(DOCUMENT_ID, CHARACTERS, FINGERPRINT_HIGH, FINGERPRINT_LOW, BANDS);

  private CleanedFile() {}

  /**
   * A document to write.
   *
   * @param documentId 32 hexadecimal digits
   * @param source such as {@code wudao/百科}
   * @param language identified
   * @param words signs included
   * @param fingerprint of its letters and digits
   * @param bands its MinHash signature, empty if there is none
   * @param hits n-grams of benchmarks in it
   * @param text cleaned
   */
  public record Row(
      String documentId,
      String source,
      Language language,
      int words,
      Fingerprint fingerprint,
      long[] bands,
      Hits hits,
      String text) {
    /** Writes the row. */
    public void writeTo(ColumnTable.Writer writer) throws IOException {
      ByteBuffer packed = ByteBuffer.allocate(Long.BYTES * bands.length);
      packed.asLongBuffer().put(bands);
      writer.text(documentId).text(source).text(language.toString().toLowerCase(Locale.ROOT));
      writer.int32(words).int32(text.length());
      writer.int64(fingerprint.high()).int64(fingerprint.low()).bytes(packed.array());
      writer.text(hits.encode()).text(text).endRow();
    }
  }

  /**
   * What packing reads of a document.
   *
   * @param documentId 32 hexadecimal digits
   * @param source such as {@code wudao/百科}
   * @param language in lower case
   * @param words signs included
   * @param hits n-grams of benchmarks in it
   * @param text cleaned
   */
  public record Cleaned(
      String documentId, String source, String language, int words, Hits hits, String text) {
    private static final List<Column> COLUMNS =
        List.of(DOCUMENT_ID, SOURCE, LANGUAGE, WORDS, HITS, TEXT);

    /** Opens the columns that a cleaned document is made of. */
    public static ColumnTable.Reader open(EtlContext context, String file) throws IOException {
      return context.read(file, COLUMNS);
    }

    /** The document of the row that the reader is at. */
    public static Cleaned of(ColumnTable.Reader row) {
      return new Cleaned(
          row.text(0),
          row.text(1),
          row.text(2),
          row.int32(3),
          Hits.decode(row.text(4)),
          row.text(5));
    }

    /** How long it is. */
    public Measure measure() {
      return Measure.of(text, words);
    }
  }

  /** Creates a file of cleaned documents. */
  public static ColumnTable.Writer write(EtlContext context, String file) throws IOException {
    return new ColumnTable.Writer(
        context.storage(), context.output(), file, COLUMNS, ROWS_PER_GROUP);
  }

  /** Opens the columns that {@link #documentRow} takes. */
  public static ColumnTable.Reader openForDedup(EtlContext context, String file)
      throws IOException {
    return context.read(file, DEDUP_COLUMNS);
  }

  /** What deduplication knows of the reader's row. */
  public static DocumentRow documentRow(ColumnTable.Reader row, int unit, int number) {
    DocumentId id = DocumentId.of(row.text(0));
    ByteBuffer packed = ByteBuffer.wrap(row.bytes(4));
    long[] bands = new long[packed.remaining() / Long.BYTES];
    packed.asLongBuffer().get(bands);
    return new DocumentRow(
        DocumentRow.place(unit, number),
        id.high(),
        id.low(),
        row.int32(1),
        row.int64(2),
        row.int64(3),
        bands);
  }
}
