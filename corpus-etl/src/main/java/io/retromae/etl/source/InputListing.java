package io.retromae.etl.source;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.PathPattern;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All that lies below the path of an input.
 *
 * @param files to read, sorted by path
 * @param unread the others, each with a reason
 */
public record InputListing(List<Listed> files, List<Unread> unread) {
  private static final Pattern BEFORE_GLOB =
      Pattern.compile("([^*?\\[{\\\\]*/)?[^/]*[*?\\[{\\\\].*");

  /** Beside data in published folders, and never data. */
  private static final Pattern DOCUMENTATION =
      Pattern.compile(
          "(?!.*\\.(json|jsonl|ndjson|parquet)(\\.(gz|zst|bz2|xz))?$)"
              + "(readme|license|licence|notice|copying|changelog|citation|md5sums?|sha(1|256|512)sums?)"
              + "([._-].*)?|.*\\.(md|rst|md5|sha1|sha256|sha512|crc|asc|sig)",
          Pattern.CASE_INSENSITIVE);

  private static final Optional<Unread.Reason> REPEAT = Optional.of(Unread.Reason.LINK_TO_ANOTHER);

  /** Refused entries that a message names. */
  private static final int NAMED = 10;

  /** Copies. */
  public InputListing {
    files = List.copyOf(files);
    unread = List.copyOf(unread);
  }

  /**
   * A file.
   *
   * @param path qualified
   * @param nameInInput what comes behind the folder that the pattern names outright. So a corpus
   *     has the same document ids, and shards, wherever it lies
   * @param size bytes as stored
   * @param modified milliseconds since 1970
   */
  public record Listed(String path, String nameInInput, long size, long modified) {}

  /**
   * Lists an input.
   *
   * @param setting the name of the path's setting, for messages
   * @throws ConfigException if nothing is there to read, or a link or a name cannot be followed
   */
  public static InputListing of(
      Storage storage, String setting, String pattern, FileSettings settings) {
    List<PathPattern.Match> found = PathPattern.find(storage, pattern, settings.followLinks());
    List<Listed> files = new ArrayList<>();
    List<Unread> unread = new ArrayList<>();
    List<StoredNode> refused = new ArrayList<>();
    Map<String, String> pathsRead = pathsToRead(found, settings);
    for (PathPattern.Match match : found) {
      StoredNode node = match.node();
      Optional<Unread.Reason> reason =
          whyUnread(match, settings)
              .or(() -> isRepeat(match, pathsRead) ? REPEAT : Optional.empty());
      if (reason.isPresent()) {
        unread.add(new Unread(node.path(), reason.get()));
      } else if (node.kind() != StoredNode.Kind.FILE) {
        refused.add(node);
      } else {
        String name = nameInInput(storage, pattern, node.path());
        files.add(new Listed(node.path(), name, node.size(), node.modified()));
      }
    }
    refuse(setting, refused, settings);
    if (files.isEmpty()) {
      throw new ConfigException(nothing(storage, setting, pattern, unread));
    }
    return new InputListing(files, unread);
  }

  /** Of several paths to one file, its own or the first. */
  private static Map<String, String> pathsToRead(
      List<PathPattern.Match> found, FileSettings settings) {
    Map<String, String> paths = new HashMap<>();
    for (PathPattern.Match match : found) {
      if (whyUnread(match, settings).isEmpty()) {
        String path = match.node().path();
        paths.merge(
            match.identity(), path, (before, now) -> now.equals(match.identity()) ? now : before);
      }
    }
    return paths;
  }

  private static boolean isRepeat(PathPattern.Match match, Map<String, String> pathsRead) {
    String path = match.node().path();
    return !pathsRead.getOrDefault(match.identity(), path).equals(path);
  }

  private static Optional<Unread.Reason> whyUnread(PathPattern.Match match, FileSettings settings) {
    StoredNode node = match.node();
    if (node.kind() == StoredNode.Kind.LOOP) {
      return REPEAT;
    }
    if (node.kind() == StoredNode.Kind.SPECIAL) {
      return Optional.of(Unread.Reason.NO_REGULAR_FILE);
    }
    if (node.hidden()) {
      return Optional.of(Unread.Reason.HIDDEN);
    }
    List<String> shown = match.shown();
    if (shown.stream().limit(Math.max(0, shown.size() - 1)).anyMatch(InputListing::isHidden)) {
      return Optional.of(Unread.Reason.IN_HIDDEN_FOLDER);
    }
    if (!settings.recursive() && node.path().indexOf('/', match.folder().length() + 1) >= 0) {
      return Optional.of(Unread.Reason.IN_SUB_FOLDER);
    }
    boolean outright = shown.isEmpty();
    return !outright && DOCUMENTATION.matcher(node.name()).matches()
        ? Optional.of(Unread.Reason.DOCUMENTATION)
        : Optional.empty();
  }

  private static boolean isHidden(String name) {
    return name.startsWith("_") || name.startsWith(".");
  }

  /** Refuses what may be data and cannot be read as it is. */
  private static void refuse(String setting, List<StoredNode> nodes, FileSettings settings) {
    List<String> links = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (StoredNode node : nodes) {
      if (node.kind() == StoredNode.Kind.UNNAMEABLE) {
        problems.add("%s: %s: %s".formatted(setting, node.path(), node.detail()));
      } else {
        links.add(node.detail().isEmpty() ? node.path() : node.path() + " -> " + node.detail());
      }
    }
    if (!links.isEmpty()) {
      String mend =
          settings.followLinks()
              ? "links that lead nowhere; remove them"
              : "symbolic links inside an input; files.follow_links: true follows them";
      problems.add("%s: %s: %s".formatted(setting, some(links), mend));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static String some(List<String> names) {
    int more = names.size() - NAMED;
    String first = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    return more > 0 ? "%s and %,d more".formatted(first, more) : first;
  }

  private static String nothing(
      Storage storage, String setting, String pattern, List<Unread> unread) {
    if (unread.isEmpty()) {
      return "%s %s: no file matches%s".formatted(setting, pattern, storage.whyEmpty(pattern));
    }
    return unread.stream().allMatch(u -> u.reason() == Unread.Reason.HIDDEN)
        ? "%s %s: only hidden files match (names beginning with _ or .)".formatted(setting, pattern)
        : "%s %s: nothing there is read: %s"
            .formatted(setting, pattern, some(unread.stream().map(Unread::describe).toList()));
  }

  private static String nameInInput(Storage storage, String pattern, String path) {
    Matcher glob = BEFORE_GLOB.matcher(pattern);
    String fixed = glob.matches() ? Optional.ofNullable(glob.group(1)).orElse(".") : pattern;
    String folder = storage.qualify(fixed) + "/";
    boolean below = path.startsWith(folder);
    return below ? path.substring(folder.length()) : path.substring(path.lastIndexOf('/') + 1);
  }
}
