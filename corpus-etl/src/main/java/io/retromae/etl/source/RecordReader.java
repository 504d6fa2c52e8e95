package io.retromae.etl.source;

import io.retromae.core.hash.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Streams the records of one file. JSON lines are split at line feeds only. Arrays are cut into
 * elements by following strings and brackets, so that a broken element does not take its neighbours
 * along and a file of any size needs the memory of one record.
 */
public final class RecordReader implements AutoCloseable {
  private final Input input;
  private final JsonRecords json;
  private final RecordBuffer buffer;
  private final Map<String, Long> quarantined = new TreeMap<>();
  private final Map<String, Long> notes = new TreeMap<>();
  private Optional<FileReport.FileError> error = Optional.empty();
  private ByteSource bytes;
  private boolean array;
  private boolean ended;
  private long records;
  private long documents;

  /**
   * A file to read.
   *
   * @param path qualified, for messages; its ending tells the compression
   * @param name part of every document's id
   * @param size bytes as stored
   * @param format what it holds
   * @param limits what is accepted
   */
  public record Input(String path, String name, long size, Format format, Limits limits) {}

  /**
   * Limits.
   *
   * @param recordBytes longer records are quarantined
   * @param zstdWindowLog larger zstd windows are refused
   */
  public record Limits(int recordBytes, int zstdWindowLog) {}

  private RecordReader(Input input) {
    this.input = input;
    this.json = new JsonRecords(input.format());
    this.buffer = new RecordBuffer(input.limits().recordBytes());
  }

  /**
   * Opens a file. A file that cannot be decompressed at all gives no record and an error in the
   * report.
   *
   * @param raw its stored bytes; closed with the reader
   */
  public static RecordReader open(Input input, InputStream raw) {
    RecordReader reader = new RecordReader(input);
    if (input.size() == 0) {
      reader.note("empty_files");
    }
    try {
      Compression compression = Compression.of(input.path());
      reader.bytes = new ByteSource(compression.open(raw, input.limits().zstdWindowLog()));
      reader.begin();
    } catch (IOException e) {
      reader.bytes = new ByteSource(raw);
      reader.fail(e);
    }
    return reader;
  }

  /** Skips a byte order mark and, for WuDao, finds out whether an array follows. */
  private void begin() throws IOException {
    if (bytes.peek() == 0xEF) {
      bytes.next();
      bytes.next();
      bytes.next();
    }
    if (input.format() == Format.WUDAO) {
      skipBlanks();
      if (bytes.peek() == '[') {
        bytes.next();
        array = true;
      } else if (bytes.peek() == '{') {
        array = beginsWithRecords();
      }
    }
  }

  /**
   * Whether the file is {@code {"RECORDS": [...]}}. What was taken while finding out is the
   * beginning of the first line otherwise.
   */
  private boolean beginsWithRecords() throws IOException {
    buffer.clear();
    String expected = "{\"RECORDS\":[";
    int matched = 0;
    while (matched < expected.length()) {
      int b = bytes.peek();
      boolean blank = b == ' ' || b == '\n' || b == '\r' || b == '\t';
      if (b != expected.charAt(matched) && !(blank && matched != 2)) {
        return false;
      }
      matched += b == expected.charAt(matched) ? 1 : 0;
      buffer.append(bytes.next());
    }
    buffer.clear();
    return true;
  }

  /** The next record's outcome; empty at the end of the file. */
  public Optional<Outcome> next() {
    while (!ended) {
      long start = bytes.offset() - buffer.size();
      try {
        boolean found = array ? nextElement() : nextLine();
        if (!found) {
          ended = true;
          return Optional.empty();
        }
        if (buffer.isBlank()) {
          note("blank_lines");
          buffer.clear();
          continue;
        }
        return Optional.of(outcome(start));
      } catch (IOException e) {
        // A compressed stream that is cut short lost at least the bytes it could not decode.
        boolean compressed = Compression.of(input.path()) != Compression.NONE;
        boolean inRecord = compressed || buffer.size() > 0 && !buffer.isBlank();
        fail(e);
        if (inRecord && Compression.isTruncation(e)) {
          return Optional.of(
              setAside(start, Quarantined.Reason.TRUNCATED_RECORD, "the file ends inside it"));
        }
      }
    }
    return Optional.empty();
  }

  private boolean nextLine() throws IOException {
    if (bytes.peek() < 0) {
      return buffer.size() > 0;
    }
    boolean whole = false;
    while (!whole) {
      whole = bytes.takeLine(buffer);
    }
    return true;
  }

  /** Takes the next element of the array, its surrounding blanks and commas left out. */
  private boolean nextElement() throws IOException {
    int b = skipSeparators();
    if (b == ']') {
      return false;
    }
    if (b < 0) {
      throw new java.io.EOFException("stream ends inside the array");
    }
    int depth = 0;
    boolean inString = false;
    boolean escaped = false;
    while (true) {
      b = bytes.peek();
      if (b < 0) {
        throw new java.io.EOFException("stream ends inside a record");
      }
      if (depth == 0 && !inString && (b == ',' || b == ']')) {
        return true; // a scalar ends here
      }
      buffer.append(bytes.next());
      if (inString) {
        inString = escaped || b != '"';
        escaped = !escaped && b == '\\';
      } else if (b == '"') {
        inString = true;
      } else if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        depth--;
        if (depth <= 0) {
          return true;
        }
      }
    }
  }

  private int skipSeparators() throws IOException {
    skipBlanks();
    while (bytes.peek() == ',') {
      bytes.next();
      skipBlanks();
    }
    return bytes.peek();
  }

  private void skipBlanks() throws IOException {
    int b = bytes.peek();
    while (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
      bytes.next();
      b = bytes.peek();
    }
  }

  private Outcome outcome(long start) {
    if (buffer.overflown()) {
      return setAside(
          start,
          Quarantined.Reason.TOO_LARGE,
          "longer than %,d bytes".formatted(input.limits().recordBytes()));
    }
    try {
      JsonRecords.Fields fields = json.parse(buffer.bytes(), buffer.size());
      note("duplicate_keys", fields.duplicateKeys());
      Document document = document(fields);
      records++;
      documents++;
      buffer.clear();
      return new Outcome.Read(document);
    } catch (JsonRecords.Refused e) {
      return setAside(start, e.reason(), String.valueOf(e.getMessage()));
    }
  }

  private Document document(JsonRecords.Fields fields) {
    String corpus = input.format().toString().toLowerCase(Locale.ROOT);
    if (fields.set().isEmpty()) {
      note("unknown_source");
    }
    String body = fields.text();
    boolean titled = fields.title().isEmpty() || body.stripLeading().startsWith(fields.title());
    String text = repaired(titled ? body : fields.title() + "\n" + body);
    return new Document(
        id(input.name(), records), corpus + "/" + fields.set().orElse("unknown"), text);
  }

  /** Lone surrogates become U+FFFD: they have no place in UTF-8. */
  private String repaired(String text) {
    StringBuilder out = new StringBuilder();
    int done = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else {
        out.append(text, done, i).append('\uFFFD');
        done = i + 1;
        note("repaired_surrogates");
      }
    }
    return done == 0 ? text : out.append(text, done, text.length()).toString();
  }

  /** First half of SHA-256(name, 0, record). */
  private static String id(String name, long record) {
    return Sha256.of(name + '\0' + record).substring(0, 32);
  }

  private Outcome setAside(long start, Quarantined.Reason reason, String message) {
    quarantined.merge(reason.toString().toLowerCase(Locale.ROOT), 1L, Long::sum);
    byte[] raw = buffer.head(Quarantined.RAW_BYTES);
    buffer.clear();
    return new Outcome.SetAside(new Quarantined(records++, start, reason, message, raw));
  }

  private void fail(IOException e) {
    ended = true;
    String kind =
        e instanceof Compression.BadMagicException
            ? "bad_magic"
            : Compression.isTruncation(e) ? "truncated_stream" : "corrupt_stream";
    String message = kind.equals("truncated_stream") ? "stream ends too early" : e.getMessage();
    error = Optional.of(new FileReport.FileError(kind, bytes.offset(), String.valueOf(message)));
  }

  private void note(String name) {
    note(name, 1);
  }

  private void note(String name, long count) {
    if (count > 0) {
      notes.merge(name, count, Long::sum);
    }
  }

  /** What was found so far; whole after {@link #next} has returned empty. */
  public FileReport report() {
    return new FileReport(
        input.path(),
        input.size(),
        records,
        documents,
        Map.copyOf(quarantined),
        Map.copyOf(notes),
        error);
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
