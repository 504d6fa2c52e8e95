package io.retromae.etl.decontaminate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.retromae.core.shard.ParquetRows;
import io.retromae.core.storage.Storage;
import io.retromae.etl.source.compression.GzipMembers;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/**
 * One file of a benchmark. Compression and format are told by its first bytes; its name, or its
 * folder's, tells queries from passages where the fields do not.
 *
 * @param storage where it is
 * @param path qualified
 */
record BenchmarkFile(Storage storage, String path) {
  private static final int WINDOW_LOG = 27;

  /** Opens its records. */
  BenchmarkRecords open() throws IOException {
    InputStream raw = storage.open(path);
    try {
      BufferedInputStream in = new BufferedInputStream(raw, 1 << 16);
      if (startsWith(in, "PAR1")) {
        raw.close();
        return parquet();
      }
      BufferedInputStream text = new BufferedInputStream(decompressed(in), 1 << 16);
      return firstVisible(text) == '[' ? new JsonArray(text) : new JsonLines(text);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  private BenchmarkRecords parquet() throws IOException {
    ParquetRows rows = new ParquetRows(storage, path);
    return new BenchmarkRecords() {
      @Override
      public Optional<ObjectNode> next() throws IOException {
        return rows.next();
      }

      @Override
      public void close() throws IOException {
        rows.close();
      }
    };
  }

  private static InputStream decompressed(BufferedInputStream in) throws IOException {
    if (startsWith(in, "\u0028\u00b5\u002f\u00fd")) {
      return new ZstdInputStreamNoFinalizer(in).setLongMax(WINDOW_LOG);
    }
    if (startsWith(in, "\u001f\u008b")) {
      return new GzipMembers(in);
    }
    return startsWith(in, "BZh") ? new BZip2CompressorInputStream(in, true) : in;
  }

  private static boolean startsWith(BufferedInputStream in, String magic) throws IOException {
    in.mark(magic.length());
    byte[] head = in.readNBytes(magic.length());
    in.reset();
    return new String(head, StandardCharsets.ISO_8859_1).equals(magic);
  }

  /**
   * The first byte that is neither blank nor part of a byte order mark; what it is stays unread.
   */
  private static int firstVisible(BufferedInputStream in) throws IOException {
    in.mark(1 << 12);
    int b = in.read();
    for (int i = 1; i < 1 << 12 && (b == 0xEF || b == 0xBB || b == 0xBF || isBlank(b)); i++) {
      b = in.read();
    }
    in.reset();
    return b;
  }

  private static boolean isBlank(int b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /** What its name says it holds, else what its folder's name says. */
  Optional<Part> part() {
    String[] names = path.toLowerCase(Locale.ROOT).split("/");
    Optional<Part> own = part(names[names.length - 1]);
    return own.isPresent() || names.length < 2 ? own : part(names[names.length - 2]);
  }

  private static Optional<Part> part(String name) {
    if (name.contains("queries") || name.contains("query") || name.contains("questions")) {
      return Optional.of(Part.QUERIES);
    }
    boolean passages = name.contains("corpus") || name.contains("passages");
    return passages ? Optional.of(Part.PASSAGES) : Optional.empty();
  }

  /** Whether it is a table of judgments by its name: {@code qrels/test.tsv}. */
  boolean isQrelsTable() {
    String lower = path.toLowerCase(Locale.ROOT);
    int folder = lower.lastIndexOf('/', lower.lastIndexOf('/') - 1);
    return lower.endsWith(".tsv") && lower.indexOf("qrels", Math.max(0, folder)) >= 0;
  }
}
