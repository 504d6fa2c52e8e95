package io.retromae.etl.decontaminate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.storage.Storage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Documents that are left out of a corpus by their id, such as those that evaluation tasks were
 * made from. Broadcast to tasks.
 */
public final class HeldOutDocuments implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
  private static final int FIRST = 20;

  private final HashSet<String> ids;

  private HeldOutDocuments(Set<String> ids) {
    this.ids = new HashSet<>(ids);
  }

  /** None. */
  public static HeldOutDocuments none() {
    return new HeldOutDocuments(Set.of());
  }

  /**
   * Reads files of ids, one in each line; blank lines do not count.
   *
   * @throws ConfigException naming the lines that are no ids, or a file without any
   */
  public static HeldOutDocuments read(Storage storage, List<String> files) {
    Set<String> ids = new HashSet<>();
    List<String> problems = new ArrayList<>();
    for (String file : files) {
      List<String> lines =
          new String(storage.read(file), UTF_8).lines().map(String::strip).toList();
      for (int line = 0; line < lines.size(); line++) {
        if (ID.matcher(lines.get(line)).matches()) {
          ids.add(lines.get(line));
        } else if (!lines.get(line).isEmpty() && problems.size() < FIRST) {
          problems.add(
              "hold_out %s line %,d: '%.40s' is no document id (32 hexadecimal digits, as in the shards' column document_id)"
                  .formatted(file, line + 1, lines.get(line)));
        }
      }
      if (lines.stream().allMatch(String::isEmpty)) {
        problems.add("hold_out %s: no ids; take the file out of hold_out".formatted(file));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new HeldOutDocuments(ids);
  }

  /** Whether a document is one. */
  public boolean contains(String id) {
    return ids.contains(id);
  }

  /** How many. */
  public int size() {
    return ids.size();
  }

  /** A hash of them all: equal ones leave out the same. */
  public String fingerprint() {
    return Sha256.of(String.join("\n", new TreeSet<>(ids)));
  }
}
