package io.retromae.etl.source;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes documents and quarantined records of what a reader finds, and counts them. */
public final class Tally {
  private static final int MOST_RECORDS_WITH_KEYS = 100;
  private static final int MOST_KEYS = 100;

  private final FilePart part;
  private final boolean namesSets;
  private final Optional<String> setOfFolder;
  private final Map<String, Long> quarantined = new TreeMap<>();
  private final Map<String, Long> notes = new TreeMap<>();
  private final Map<String, Long> keys = new TreeMap<>();
  private Optional<FileError> error = Optional.empty();
  private long records;
  private long documents;
  private int recordsWithKeys;

  /** Nothing counted yet, but that a file is empty. */
  public Tally(FilePart part) {
    this.part = part;
    this.namesSets = part.input().columns().namesSets();
    this.setOfFolder = part.setOfFolder();
    if (part.size() == 0) {
      note("empty_files");
    }
  }

  /**
   * A record that is a document.
   *
   * @param place what its id is made of
   */
  public Outcome read(long place, Fields fields) {
    note("duplicate_keys", fields.repairs().duplicateKeys());
    note("replaced_utf8", fields.repairs().replacedUtf8());
    note("raw_controls", fields.repairs().rawControls());
    note("non_numbers", fields.repairs().nonNumbers());
    note("set_no_text", fields.repairs().setNoText());
    String title = fields.title();
    String text = titled(title, fields.text());
    if (fields.repairs().surrogates()) {
      LoneSurrogates repaired = LoneSurrogates.replace(text);
      note("repaired_surrogates", repaired.replaced());
      text = repaired.text();
      title = LoneSurrogates.replace(title).text(); // counted with the text
    }
    records++;
    documents++;
    String id = Document.id(part.name(), place);
    return new Outcome.Read(new Document(id, source(fields.set()), title, text));
  }

  private String source(Optional<String> set) {
    String corpus = part.input().corpus();
    if (!namesSets) {
      return corpus;
    }
    Optional<String> named = setOfFolder.or(() -> set);
    if (named.isEmpty()) {
      note("unknown_source");
    }
    return corpus + "/" + named.orElse("unknown");
  }

  /** The title goes first unless the text begins with it. */
  private static String titled(String title, String text) {
    if (title.isEmpty()) {
      return text;
    }
    int first = 0;
    while (first < text.length() && Character.isWhitespace(text.charAt(first))) {
      first++;
    }
    return text.startsWith(title, first) ? text : title + "\n" + text;
  }

  /** A record that is none. */
  public Outcome setAside(long place, Quarantined.Reason reason, String message, byte[] raw) {
    quarantined.merge(reason.toString().toLowerCase(Locale.ROOT), 1L, Long::sum);
    return new Outcome.SetAside(new Quarantined(records++, place, reason, message, raw));
  }

  /** Whether the keys of another record that lacks its text or its set's name are of use. */
  public boolean wantsKeys() {
    return recordsWithKeys < MOST_RECORDS_WITH_KEYS;
  }

  /** Keys of a record that lacks one. */
  public void keys(List<String> found) {
    if (wantsKeys()) {
      recordsWithKeys++;
      for (String key : found) {
        if (keys.containsKey(key) || keys.size() < MOST_KEYS) {
          keys.merge(key, 1L, Long::sum);
        }
      }
    }
  }

  /** Reading ends here. */
  public void fail(FileError why) {
    error = Optional.of(why);
  }

  /** Something was repaired or skipped. */
  public void note(String name) {
    note(name, 1);
  }

  /** Something was repaired or skipped so often. */
  public void note(String name, long count) {
    if (count > 0) {
      notes.merge(name, count, Long::sum);
    }
  }

  /** The sums so far. */
  public FileReport report() {
    return new FileReport(
        part.path(),
        part.size(),
        records,
        documents,
        Map.copyOf(quarantined),
        Map.copyOf(notes),
        Map.copyOf(keys),
        error);
  }
}
