package io.retromae.core.storage;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.StoredNode.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.GlobPattern;
import org.apache.hadoop.fs.Path;

/**
 * All that a path or glob pattern names: a file, all below a folder, or all below the matches of a
 * pattern. {@code *}, {@code ?}, {@code [...]} and {@code {...}} match within a name, as Hadoop has
 * them, and {@code **} alone between slashes matches any number of folders.
 */
public final class PathPattern {
  private static final String ANY_FOLDERS = "**";
  private static final String SIGNS = "*?[{\\";

  private final StoredTree tree;
  private final String pattern;
  private final Map<String, Match> found = new TreeMap<>();

  private PathPattern(StoredTree tree, String pattern) {
    this.tree = tree;
    this.pattern = pattern;
  }

  /**
   * Something that a pattern names.
   *
   * @param node no folder
   * @param folder the folder or file that the pattern names, by itself or by a match
   * @param shown elements of the node's path, from the first that the pattern does not name
   *     outright: no wildcard, or one that begins with the same {@code .} or {@code _}
   * @param identity the same for all paths by which followed links lead to one file; its own path
   *     for the file itself
   */
  public record Match(StoredNode node, String folder, List<String> shown, String identity) {
    /** Copies. */
    public Match {
      shown = List.copyOf(shown);
    }
  }

  /**
   * Finds all, each once, sorted by path. A file or folder whose name looks like a pattern is
   * itself. Empty if there is nothing.
   *
   * @param followLinks whether links inside folders are followed
   * @throws ConfigException if it is no pattern, or cannot be named in this locale
   */
  public static List<Match> find(Storage storage, String pattern, boolean followLinks) {
    PathPattern search = new PathPattern(StoredTree.of(storage, pattern, followLinks), pattern);
    String whole = storage.qualify(pattern);
    Optional<StoredNode> exact = search.tree.at(whole);
    if (exact.isPresent()) {
      search.add(exact.get(), List.of());
    } else {
      search.glob(whole);
    }
    return List.copyOf(search.found.values());
  }

  /** A pattern's elements behind the last folder that it names outright, and that folder. */
  private void glob(String whole) {
    String root = whole.substring(0, whole.length() - new Path(whole).toUri().getPath().length());
    for (String alternative : alternatives(new Path(whole).toUri().getPath())) {
      List<String> elements = List.of(alternative.substring(1).split("/+"));
      elements.stream().filter(element -> !element.equals(ANY_FOLDERS)).forEach(this::compile);
      int fixed = 0;
      while (fixed < elements.size() && !isWild(elements.get(fixed))) {
        fixed++;
      }
      String folder = root + "/" + String.join("/", elements.subList(0, fixed));
      Optional<StoredNode> start = tree.at(folder);
      if (start.isPresent() && fixed == elements.size()) {
        add(start.get(), List.of());
      } else if (start.filter(node -> node.kind() == Kind.FOLDER).isPresent()) {
        match(start.get(), elements.subList(fixed, elements.size()), List.of());
      }
    }
  }

  private List<String> alternatives(String path) {
    try {
      return GlobExpander.expand(path);
    } catch (IOException e) {
      throw noPattern(e);
    }
  }

  private ConfigException noPattern(Exception e) {
    return new ConfigException("%s: no glob pattern: %s".formatted(pattern, e.getMessage()), e);
  }

  private static boolean isWild(String element) {
    return element.chars().anyMatch(c -> SIGNS.indexOf(c) >= 0);
  }

  private GlobPattern compile(String element) {
    if (element.contains(ANY_FOLDERS)) {
      throw new ConfigException(
          "%s: ** must stand alone between slashes, as in data/**/*.jsonl".formatted(pattern));
    }
    try {
      return new GlobPattern(element);
    } catch (RuntimeException e) { // of a shaded library, by a name of its own
      throw noPattern(e);
    }
  }

  /** Goes down one element of the pattern. */
  private void match(StoredNode folder, List<String> elements, List<String> shown) {
    String element = elements.get(0);
    if (element.equals(ANY_FOLDERS)) {
      matchBelow(folder, elements, shown);
      return;
    }
    GlobPattern glob = compile(element);
    for (StoredNode member : tree.members(folder)) {
      if (!glob.matches(member.name())) {
        continue;
      }
      List<String> path = plus(shown, member, element);
      if (elements.size() == 1) {
        add(member, path);
      } else if (member.kind() == Kind.FOLDER) {
        match(member, elements.subList(1, elements.size()), path);
      } else if (member.kind() != Kind.FILE && member.kind() != Kind.SPECIAL) {
        keep(member, member.path(), path);
      }
    }
  }

  private static List<String> plus(List<String> shown, StoredNode member, String element) {
    boolean outright = member.hidden() && element.charAt(0) == member.name().charAt(0);
    List<String> path = new ArrayList<>(shown);
    path.add(outright ? member.name().substring(1) : member.name());
    return path;
  }

  /** Matches paths below a folder as wholes. */
  private void matchBelow(StoredNode folder, List<String> elements, List<String> shown) {
    List<GlobPattern> globs = new ArrayList<>();
    for (String element : elements) {
      globs.add(element.equals(ANY_FOLDERS) ? new GlobPattern("*") : compile(element));
    }
    for (StoredNode node : tree.below(folder)) {
      List<String> path = relative(folder, node);
      int depth = matchingDepth(elements, globs, path);
      if (depth > 0) {
        List<String> all = new ArrayList<>(shown);
        all.addAll(path);
        String up = "/" + String.join("/", path.subList(depth, path.size()));
        String named =
            depth == path.size()
                ? node.path()
                : node.path().substring(0, node.path().length() - up.length());
        keep(node, named, all);
      }
    }
  }

  /** How many elements of a path the pattern matches, at most; 0 if none. */
  private static int matchingDepth(
      List<String> elements, List<GlobPattern> globs, List<String> path) {
    boolean[] reached = new boolean[path.size() + 1]; // by the elements so far
    reached[0] = true;
    for (int i = 0; i < elements.size(); i++) {
      boolean[] next = new boolean[path.size() + 1];
      boolean any = elements.get(i).equals(ANY_FOLDERS);
      for (int depth = 0; depth <= path.size(); depth++) {
        boolean here = depth > 0 && reached[depth - 1] && globs.get(i).matches(path.get(depth - 1));
        next[depth] = any ? reached[depth] || depth > 0 && next[depth - 1] : here;
      }
      reached = next;
    }
    for (int depth = path.size(); depth > 0; depth--) {
      if (reached[depth]) {
        return depth;
      }
    }
    return 0;
  }

  /** A file, or all below a folder. */
  private void add(StoredNode node, List<String> shown) {
    if (node.kind() != Kind.FOLDER) {
      keep(node, node.path(), shown);
      return;
    }
    for (StoredNode member : tree.below(node)) {
      List<String> path = new ArrayList<>(shown);
      path.addAll(relative(node, member));
      keep(member, node.path(), path);
    }
  }

  private void keep(StoredNode node, String folder, List<String> shown) {
    found.computeIfAbsent(
        node.path(),
        path -> {
          boolean file = node.kind() == Kind.FILE;
          return new Match(node, folder, shown, file ? tree.identity(node) : path);
        });
  }

  private static List<String> relative(StoredNode folder, StoredNode member) {
    boolean slash = folder.path().endsWith("/");
    return Arrays.asList(
        member.path().substring(folder.path().length() + (slash ? 0 : 1)).split("/"));
  }
}
