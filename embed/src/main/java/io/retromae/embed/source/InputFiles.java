package io.retromae.embed.source;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.record.RecordFiles;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of all inputs.
 *
 * @param files to read, in the order of the inputs, those of one sorted by path
 * @param unread paths of others that were found there
 * @param corpora manifests of the inputs that are corpora, with their folders
 */
public record InputFiles(List<InputFile> files, List<String> unread, List<Corpus> corpora) {
  private static final Pattern BEFORE_GLOB =
      Pattern.compile("([^*?\\[{\\\\]*/)?[^/]*[*?\\[{\\\\].*");

  /** Copies. */
  public InputFiles {
    files = List.copyOf(files);
    unread = List.copyOf(unread);
    corpora = List.copyOf(corpora);
  }

  /**
   * A corpus among the inputs.
   *
   * @param folder qualified
   * @param manifest of its shards
   */
  public record Corpus(String folder, ShardManifest manifest) {}

  /**
   * Lists inputs.
   *
   * @throws ConfigException with all that is wrong: nothing there, links, files of unknown format
   */
  public static InputFiles find(Storage storage, List<TextInput> inputs) {
    Search search = new Search(storage);
    if (inputs.isEmpty()) {
      search.problems.add("inputs = []: give at least one {path: ...}");
    }
    for (int i = 0; i < inputs.size(); i++) {
      search.list("inputs[%d].path".formatted(i), inputs.get(i));
    }
    if (!search.problems.isEmpty()) {
      throw new ConfigException(search.problems);
    }
    return new InputFiles(search.files, search.unread, search.corpora);
  }

  /** What was found so far. */
  private static final class Search {
    private final Storage storage;
    private final List<InputFile> files = new ArrayList<>();
    private final List<String> unread = new ArrayList<>();
    private final List<Corpus> corpora = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    Search(Storage storage) {
      this.storage = storage;
    }

    void list(String setting, TextInput input) {
      try {
        boolean corpus =
            input.format() == InputFormat.CORPUS
                || input.format() == InputFormat.AUTO
                    && ShardManifest.exists(storage, input.path());
        if (corpus) {
          shards(input);
        } else {
          records(setting, input);
        }
      } catch (ConfigException e) {
        problems.addAll(e.problems());
      }
    }

    private void shards(TextInput input) {
      String folder = storage.qualify(input.path());
      ShardManifest manifest = ShardManifest.open(storage, folder);
      corpora.add(new Corpus(folder, manifest));
      for (ShardEntry shard : manifest.shards()) {
        files.add(
            new InputFile(
                files.size(),
                folder + "/" + shard.name(),
                shard.name(),
                shard.bytes(),
                0, // its name is unique
                InputFormat.CORPUS,
                Columns.of(input)));
      }
    }

    private void records(String setting, TextInput input) {
      RecordFiles found = RecordFiles.find(storage, setting, input.path());
      unread.addAll(found.unread());
      found.files().forEach(node -> add(setting, input, node));
    }

    private void add(String setting, TextInput input, StoredNode node) {
      Optional<InputFormat> format =
          input.format() == InputFormat.AUTO
              ? InputFormat.ofName(node.path())
              : Optional.of(input.format());
      if (format.isEmpty()) {
        problems.add(
            "%s: %s: its name does not tell what it holds (.txt, .jsonl, .ndjson, .json, .parquet); set format"
                .formatted(setting, node.path()));
        return;
      }
      files.add(
          new InputFile(
              files.size(),
              node.path(),
              nameInInput(input.path(), node.path()),
              node.size(),
              node.modified(),
              format.get(),
              Columns.of(input)));
    }

    /** What comes behind the folder that the pattern names outright. */
    private String nameInInput(String pattern, String path) {
      Matcher glob = BEFORE_GLOB.matcher(pattern);
      String fixed = glob.matches() ? Optional.ofNullable(glob.group(1)).orElse(".") : pattern;
      String folder = storage.qualify(fixed) + "/";
      boolean below = path.startsWith(folder);
      return below ? path.substring(folder.length()) : path.substring(path.lastIndexOf('/') + 1);
    }
  }
}
