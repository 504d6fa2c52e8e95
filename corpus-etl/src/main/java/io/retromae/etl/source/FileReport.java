package io.retromae.etl.source;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What reading one file, or a part of it, found.
 *
 * @param path the file
 * @param bytes its size as stored
 * @param recordsRead documents and quarantined records
 * @param documents records that are documents
 * @param quarantined records set aside, by reason in lower case
 * @param notes counts of what was repaired or skipped: blank_lines, duplicate_keys,
 *     repaired_surrogates, replaced_utf8, raw_controls, non_numbers, unknown_source, set_no_text,
 *     empty_files, bytes_after_array
 * @param keys of the first records without a text or a set's name: how many hold each
 * @param error why reading ended before the end of the file
 */
public record FileReport(
    String path,
    long bytes,
    long recordsRead,
    long documents,
    Map<String, Long> quarantined,
    Map<String, Long> notes,
    Map<String, Long> keys,
    Optional<FileError> error) {

  /** One sentence for the person who has to mend it. */
  public String describeError() {
    return error.map(e -> e.describe(path, documents)).orElse("");
  }

  /** Its kind and that sentence, empty if the file was read to its end: what receipts hold. */
  public List<String> errorTexts() {
    return error.map(e -> List.of(e.kind(), describeError())).orElse(List.of());
  }
}
