package io.retromae.etl.source;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes documents and quarantined records of what a reader finds, and counts them. */
final class Tally {
  private final FilePart part;
  private final boolean namesSets;
  private final Optional<String> setOfFolder;
  private final Map<String, Long> quarantined = new TreeMap<>();
  private final Map<String, Long> notes = new TreeMap<>();
  private Optional<FileError> error = Optional.empty();
  private long records;
  private long documents;

  Tally(FilePart part) {
    this.part = part;
    this.namesSets = Columns.of(part.input()).namesSets();
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
  Outcome read(long place, Fields fields) {
    note("duplicate_keys", fields.repairs().duplicateKeys());
    note("replaced_utf8", fields.repairs().replacedUtf8());
    note("raw_controls", fields.repairs().rawControls());
    String text = titled(fields.title(), fields.text());
    if (fields.repairs().surrogates()) {
      LoneSurrogates repaired = LoneSurrogates.replace(text);
      note("repaired_surrogates", repaired.replaced());
      text = repaired.text();
    }
    records++;
    documents++;
    String id = Document.id(part.name(), place);
    return new Outcome.Read(new Document(id, source(fields.set()), text));
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
  Outcome setAside(long place, Quarantined.Reason reason, String message, byte[] raw) {
    quarantined.merge(reason.toString().toLowerCase(Locale.ROOT), 1L, Long::sum);
    return new Outcome.SetAside(new Quarantined(records++, place, reason, message, raw));
  }

  /** Reading ends here. */
  void fail(FileError why) {
    error = Optional.of(why);
  }

  /** Something was repaired or skipped. */
  void note(String name) {
    note(name, 1);
  }

  private void note(String name, long count) {
    if (count > 0) {
      notes.merge(name, count, Long::sum);
    }
  }

  FileReport report() {
    return new FileReport(
        part.path(),
        part.size(),
        records,
        documents,
        Map.copyOf(quarantined),
        Map.copyOf(notes),
        error);
  }
}
