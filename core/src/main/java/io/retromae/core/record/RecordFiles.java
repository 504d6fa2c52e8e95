package io.retromae.core.record;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.PathPattern;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Files of records that a path or pattern names: hidden ones and, where a folder was named, its
 * documentation are left out.
 *
 * @param files to read, sorted by path
 * @param unread paths of others that were found there
 */
public record RecordFiles(List<StoredNode> files, List<String> unread) {
  private static final String DOCUMENTATION =
      "(?i)(readme|license|licence|notice)([._-].*)?|.*\\.(md|rst|crc|md5|sha256)";

  /** Copies. */
  public RecordFiles {
    files = List.copyOf(files);
    unread = List.copyOf(unread);
  }

  /**
   * Lists what a setting names.
   *
   * @param setting for messages
   * @param pattern a file, a folder or a pattern
   * @throws ConfigException if there is nothing to read, or something that is no regular file
   */
  public static RecordFiles find(Storage storage, String setting, String pattern) {
    List<StoredNode> files = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (PathPattern.Match match : PathPattern.find(storage, pattern, false)) {
      StoredNode node = match.node();
      boolean named = match.shown().isEmpty();
      if (hidden(match) || !named && node.name().matches(DOCUMENTATION)) {
        skipped.add(node.path());
      } else if (node.kind() != StoredNode.Kind.FILE) {
        problems.add(
            "%s: %s: is no regular file; copy it, or name what it leads to"
                .formatted(setting, node.path()));
      } else {
        files.add(node);
      }
    }
    if (files.isEmpty() && problems.isEmpty()) {
      problems.add(
          "%s %s: %s%s"
              .formatted(
                  setting,
                  pattern,
                  skipped.isEmpty()
                      ? "no file matches"
                      : "nothing there is read, such as " + skipped.get(0),
                  storage.whyEmpty(pattern)));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new RecordFiles(files, skipped);
  }

  private static boolean hidden(PathPattern.Match match) {
    return match.node().hidden()
        || match.shown().stream().anyMatch(name -> name.startsWith("_") || name.startsWith("."));
  }
}
