package io.retromae.pretrain.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import io.retromae.pretrain.train.TrainingState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints of one run: {@code checkpoints/step-<n>-<attempt>-<random>/} holds the files, {@code
 * checkpoints/step-<n>.json} is the manifest that makes them count. The manifest is written last,
 * so a checkpoint cut short does not exist. See docs/checkpoint-format.md.
 */
public final class CheckpointStore {
  /** The version of the layout described in docs/checkpoint-format.md. */
  static final int FORMAT_VERSION = 2;

  static final String MODEL = "model.safetensors";
  static final String DECODER = "decoder.safetensors";
  static final String OPTIMIZER = "optimizer.safetensors";

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** A file of a checkpoint's folder; its groups are the folder and the attempt. */
  private static final Pattern IN_FOLDER = Pattern.compile("/(step-\\d+-(\\d+)-[^/]+)/[^/]+$");

  private final Storage storage;
  private final String folder;

  /** Checkpoints of the run in {@code runFolder}. */
  public CheckpointStore(Storage storage, String runFolder) {
    this.storage = storage;
    this.folder = runFolder + "/checkpoints";
  }

  /**
   * A checkpoint that counts.
   *
   * @param formatVersion layout of its files
   * @param step steps done
   * @param attempt which start of the job wrote it
   * @param folder name of its folder beside the manifest
   * @param state where the run stood
   * @param files what must be there
   */
  record Manifest(
      int formatVersion,
      long step,
      long attempt,
      String folder,
      TrainingState state,
      List<FileEntry> files) {}

  /**
   * Saves a checkpoint, reads it back, then removes those beyond the limit and what earlier
   * attempts left unfinished.
   *
   * @param description small files that say what was trained, by name
   * @param attempt number of this start of the job; a lower one than the manifest's may not commit
   * @param keep checkpoints kept, at least 1
   * @return bytes written
   * @throws CorruptDataException if it does not read back as written; it is gone then, and all
   *     others are as they were
   */
  public long save(Snapshot snapshot, Map<String, byte[]> description, long attempt, int keep)
      throws IOException {
    long step = snapshot.state().step();
    String name = "step-%08d-%d-%s".formatted(step, attempt, UUID.randomUUID());
    FileSet files = new FileSet(storage, folder + "/" + name);
    List<FileEntry> entries = new ArrayList<>();
    entries.add(files.writeTensors(MODEL, snapshot.model()));
    entries.add(files.writeTensors(DECODER, snapshot.decoder()));
    entries.add(files.writeTensors(OPTIMIZER, snapshot.optimizer()));
    for (Map.Entry<String, byte[]> text : new TreeMap<>(description).entrySet()) {
      entries.add(files.writeBytes(text.getKey(), text.getValue()));
    }
    Manifest manifest =
        new Manifest(FORMAT_VERSION, step, attempt, name, snapshot.state(), entries);
    readBack(manifest);
    refuseZombie(attempt);
    storage.publish(manifestPath(step), JSON.writeValueAsBytes(manifest));
    prune(keep);
    sweep(attempt);
    return entries.stream().mapToLong(FileEntry::bytes).sum();
  }

  private void readBack(Manifest manifest) throws IOException {
    try {
      verify(manifest);
    } catch (CorruptDataException e) {
      storage.delete(folder + "/" + manifest.folder());
      throw e;
    }
  }

  /** A worker that outlived its attempt must not overwrite what the next one has saved. */
  private void refuseZombie(long attempt) {
    for (Manifest manifest : manifests()) {
      if (manifest.attempt() > attempt) {
        throw new IllegalStateException(
            "attempt %d may not save: attempt %d has already saved step %d"
                .formatted(attempt, manifest.attempt(), manifest.step()));
      }
    }
  }

  private void prune(int keep) {
    List<Manifest> all = manifests();
    for (Manifest old : all.subList(Math.min(keep, all.size()), all.size())) {
      storage.delete(manifestPath(old.step())); // first, so that it never lists missing files
      storage.delete(folder + "/" + old.folder());
    }
  }

  /** Removes folders without manifest of earlier attempts, which died while they were writing. */
  private void sweep(long attempt) {
    Set<String> named = new HashSet<>();
    manifests().forEach(manifest -> named.add(manifest.folder()));
    Set<String> left = new TreeSet<>();
    for (StoredFile file : storage.list(folder + "/step-*-*")) {
      Matcher name = IN_FOLDER.matcher(file.path());
      if (name.find()
          && Long.parseLong(name.group(2)) < attempt
          && !named.contains(name.group(1))) {
        left.add(name.group(1));
      }
    }
    left.forEach(name -> storage.delete(folder + "/" + name));
  }

  /** The newest checkpoint whose files are all there and unchanged; damaged ones are named. */
  public Optional<CheckpointRef> newest() throws IOException {
    for (Manifest manifest : manifests()) {
      try {
        verify(manifest);
        return Optional.of(new CheckpointRef(manifest.state(), manifest.attempt()));
      } catch (CorruptDataException e) {
        LOG.warn("event=checkpoint_refused step={} reason={}", manifest.step(), e.getMessage());
      }
    }
    return Optional.empty();
  }

  /** The highest attempt that has saved anything; 0 if none has. */
  public long lastAttempt() {
    return manifests().stream().mapToLong(Manifest::attempt).max().orElse(0);
  }

  /** The small file {@code name} that was saved with the checkpoint of a step. */
  public byte[] description(long step, String name) {
    return storage.read(folder + "/" + read(manifestPath(step)).folder() + "/" + name);
  }

  /** Reads the checkpoint of a step, which must be whole. */
  public Snapshot load(long step) throws IOException {
    Manifest manifest = read(manifestPath(step));
    FileSet files = verify(manifest);
    return new Snapshot(
        manifest.state(),
        files.readTensors(MODEL),
        files.readTensors(DECODER),
        files.readTensors(OPTIMIZER));
  }

  private FileSet verify(Manifest manifest) throws IOException {
    FileSet files = new FileSet(storage, folder + "/" + manifest.folder());
    for (FileEntry entry : manifest.files()) {
      files.verify(entry);
    }
    return files;
  }

  /** All manifests, newest first. */
  private List<Manifest> manifests() {
    List<Manifest> manifests = new ArrayList<>();
    if (storage.exists(folder)) {
      for (StoredFile file : storage.list(folder)) {
        if (file.path().matches(".*/step-\\d+\\.json")) {
          readable(file.path()).ifPresent(manifests::add);
        }
      }
    }
    manifests.sort(Comparator.comparingLong(Manifest::step).reversed());
    return manifests;
  }

  private Optional<Manifest> readable(String path) {
    try {
      return Optional.of(read(path));
    } catch (CorruptDataException e) {
      LOG.warn("event=checkpoint_refused reason={}", e.getMessage());
      return Optional.empty();
    }
  }

  private Manifest read(String path) {
    String text = new String(storage.read(path), StandardCharsets.UTF_8);
    try {
      Manifest manifest = JSON.readValue(text, Manifest.class);
      if (manifest.formatVersion() != FORMAT_VERSION) {
        throw new ConfigException(
            "%s: format_version %d, this build reads %d; use the version that wrote it, or another output"
                .formatted(path, manifest.formatVersion(), FORMAT_VERSION));
      }
      return manifest;
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(path + ": not a checkpoint manifest", e);
    }
  }

  private String manifestPath(long step) {
    return "%s/step-%08d.json".formatted(folder, step);
  }
}
