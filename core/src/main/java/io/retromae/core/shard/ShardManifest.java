package io.retromae.core.shard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.FileNames;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.WordRules;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The list of a corpus's shards. {@code _SUCCESS.json} names the manifest; writing it is the commit
 * of the whole corpus, and nothing that it does not lead to exists for a reader.
 *
 * @param formatVersion of docs/shard-format.md
 * @param createdBy program and version
 * @param vocabularyFingerprint of the vocabulary that made the ids
 * @param vocabularySize V
 * @param lowerCase whether the tokenizer lower-cased
 * @param stripAccents whether it stripped accents; in manifests of early builds as lower case
 * @param tokenizeChineseChars whether each ideograph is a word; true in manifests of early builds
 * @param maxSeqLength longest sample plus the two special tokens that training adds
 * @param seed of the shuffle
 * @param samples in all shards
 * @param tokens in all samples
 * @param shards in order
 * @param sources what the samples come from, with mixture weights; empty in manifests of early
 *     builds
 * @param lineage inputs, resolved settings, counts of the stages; free-form JSON
 */
public record ShardManifest(
    int formatVersion,
    String createdBy,
    String vocabularyFingerprint,
    int vocabularySize,
    boolean lowerCase,
    Boolean stripAccents,
    Boolean tokenizeChineseChars,
    int maxSeqLength,
    long seed,
    long samples,
    long tokens,
    List<ShardEntry> shards,
    List<MixtureSource> sources,
    Map<String, Object> lineage) {
  /** The version that this build writes and reads. */
  public static final int FORMAT_VERSION = 1;

  /** The lineage's list of {@link KeptOut}. */
  public static final String KEPT_OUT = "kept_out";

  private static final String COMMIT = "/_SUCCESS.json";
  private static final Pattern MANIFEST = Pattern.compile("_manifest\\.json\\.\\d+");

  private static final Pattern SHARD =
      Pattern.compile("data/" + FileNames.PLAIN.pattern() + "\\.parquet");

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Copies the list; checks that the shards add up. */
  public ShardManifest {
    shards = List.copyOf(shards);
    stripAccents = stripAccents == null ? lowerCase : stripAccents; // JSON without the field
    tokenizeChineseChars = tokenizeChineseChars == null || tokenizeChineseChars;
    sources = sources == null ? List.of() : List.copyOf(sources); // JSON without the field
    long inShards = shards.stream().mapToLong(ShardEntry::samples).sum();
    if (inShards != samples) {
      throw new IllegalArgumentException(
          "manifest of %d samples lists shards of %d".formatted(samples, inShards));
    }
  }

  /** How the tokenizer split texts into words. */
  public WordRules wordRules() {
    return new WordRules(lowerCase, stripAccents, tokenizeChineseChars);
  }

  /** Samples in each row group of all shards, in order. */
  public List<Integer> rowGroups() {
    return shards.stream().flatMap(shard -> shard.rowGroups().stream()).toList();
  }

  /** Evaluation tasks that were kept out of the texts; none in manifests of early builds. */
  public List<KeptOut> keptOut() {
    Object sets = lineage.getOrDefault(KEPT_OUT, List.of());
    return List.of(JSON.convertValue(sets, KeptOut[].class));
  }

  private record Commit(String manifest) {}

  /** Whether a finished corpus lies in the folder. */
  public static boolean exists(Storage storage, String corpusFolder) {
    return storage.exists(corpusFolder + COMMIT);
  }

  /**
   * Opens a finished corpus.
   *
   * @throws ConfigException if the folder holds no finished corpus
   * @throws CorruptDataException if its manifest cannot be read
   */
  public static ShardManifest open(Storage storage, String corpusFolder) {
    if (!exists(storage, corpusFolder)) {
      throw new ConfigException(
          "corpus = %s: holds no finished corpus (no _SUCCESS.json); run 'retromae etl' to its end"
              .formatted(corpusFolder));
    }
    Commit commit = read(storage, corpusFolder + COMMIT, Commit.class);
    String path =
        corpusFolder
            + "/"
            + FileNames.checked(corpusFolder + COMMIT, "manifest", commit.manifest(), MANIFEST);
    ShardManifest manifest = read(storage, path, ShardManifest.class);
    if (manifest.formatVersion() != FORMAT_VERSION) {
      throw new CorruptDataException(
          "%s: format version %d, this build reads %d; make the corpus again with this version"
              .formatted(path, manifest.formatVersion(), FORMAT_VERSION));
    }
    for (ShardEntry shard : manifest.shards()) {
      FileNames.checked(path, "shards.name", shard.name(), SHARD);
    }
    return manifest;
  }

  private static <T> T read(Storage storage, String path, Class<T> type) {
    try {
      return JSON.readValue(new String(storage.read(path), StandardCharsets.UTF_8), type);
    } catch (ValueInstantiationException e) {
      throw new CorruptDataException(path + ": " + e.getCause().getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(
          path + ": not a manifest: " + e.getOriginalMessage() + "; run etl again", e);
    }
  }

  /** Writes the manifest, then the commit that names it. */
  public void publish(Storage storage, String corpusFolder) {
    try {
      String name = "_manifest.json.1";
      storage.publish(corpusFolder + "/" + name, JSON.writeValueAsBytes(this));
      storage.publish(corpusFolder + COMMIT, JSON.writeValueAsBytes(new Commit(name)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "%s: manifest as JSON: %s".formatted(corpusFolder, e.getOriginalMessage()), e);
    }
  }
}
