package io.retromae.training.checkpoint;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints of one run: {@code checkpoints/step-<n>-<attempt>/} holds the files, which each rank
 * writes its share of, {@code checkpoints/step-<n>-<attempt>.json} is the manifest that makes them
 * count. The manifest is written last, so a checkpoint cut short does not exist. Attempts are
 * claimed before they begin; an older one than the last may write nothing that counts and delete
 * nothing that a newer one wrote. See docs/checkpoint-format.md.
 */
public final class CheckpointStore {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);

  /** The folder of a checkpoint's files, as a path. */
  private static final Pattern FILES =
      Pattern.compile("(?<run>.+)/" + CheckpointFolder.NAME + "/(?<folder>step-[^/]+)/?");

  private final CheckpointFolder folder;

  /** Checkpoints of the run in {@code runFolder}. */
  public CheckpointStore(Storage storage, String runFolder) {
    this.folder = new CheckpointFolder(storage, runFolder);
  }

  /**
   * Claims the number of a start of the job, above all before it. From then on no worker of an
   * earlier one can save.
   *
   * @throws ClusterException if storage cannot be written
   */
  public long claimAttempt() {
    try {
      long attempt = lastAttempt() + 1;
      while (!folder.claim(attempt)) {
        attempt++;
      }
      for (long older : folder.claims()) {
        if (older < attempt) {
          folder.forgetClaim(older);
        }
      }
      return attempt;
    } catch (IOException e) {
      throw new ClusterException("cannot claim an attempt of the run: " + e.getMessage(), e);
    }
  }

  /** The highest attempt that was claimed or has written anything; 0 if none has. */
  public long lastAttempt() {
    List<Long> attempts = new ArrayList<>(folder.claims());
    folder.manifests().forEach(manifest -> attempts.add(manifest.attempt()));
    attempts.addAll(folder.folders().values());
    return attempts.stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /**
   * Writes a rank's share of a checkpoint and reads it back. It does not count before {@link
   * #commit}; what an earlier try of the same attempt has left is written again.
   *
   * @param tensors by file
   * @param description small files, by name
   * @throws CorruptDataException if it does not read back as written
   */
  public List<FileEntry> write(
      String name, Map<String, Map<String, TensorData>> tensors, Map<String, byte[]> description)
      throws IOException {
    FileSet files = folder.files(name);
    List<FileEntry> entries = new ArrayList<>();
    for (Map.Entry<String, Map<String, TensorData>> file : tensors.entrySet()) {
      entries.add(files.writeTensors(file.getKey(), file.getValue()));
    }
    for (Map.Entry<String, byte[]> text : new TreeMap<>(description).entrySet()) {
      entries.add(files.writeBytes(text.getKey(), text.getValue()));
    }
    for (FileEntry entry : entries) {
      files.verify(entry);
    }
    return entries;
  }

  /** Gives up what a rank may have written of a checkpoint: its own files, not those of others. */
  void discard(String name, Share share, Set<String> files) {
    try {
      if (share.writers() == 1) {
        folder.deleteFiles(name);
      } else {
        files.forEach(file -> folder.deleteFile(name, file));
      }
    } catch (ClusterException e) { // a later attempt removes it
      LOG.warn("event=checkpoint_left_behind name={} reason={}", name, e.getMessage());
    }
  }

  /**
   * Makes a checkpoint count whose files have all been read back, then removes those beyond the
   * limit and what earlier attempts left unfinished.
   *
   * @param keep newest checkpoints that are kept, at least 1, besides the best one
   * @return bytes of its files
   * @throws IllegalStateException if a later attempt has begun
   */
  public long commit(TrainingState state, long attempt, List<FileEntry> files, int keep) {
    long step = state.step();
    Manifest manifest =
        new Manifest(
            Manifest.version(state), step, attempt, Manifest.name(step, attempt), state, files);
    refuseZombie(attempt, step);
    folder.publish(manifest);
    if (!folder.manifest(manifest.name()).equals(manifest)) {
      throw new CorruptDataException(manifest.name() + ".json does not read back as written");
    }
    try {
      removeOvertaken(step, attempt);
      prune(keep, state.selection().bestStep(), attempt);
      sweep(attempt);
    } catch (ClusterException e) { // the next save tries again
      LOG.warn("event=prune_failed step={} reason={}", step, e.getMessage());
    }
    return manifest.bytes();
  }

  /** A worker that outlived its attempt must not save beside the next one. */
  private void refuseZombie(long attempt, long step) {
    long last = lastAttempt();
    if (last > attempt) {
      throw new IllegalStateException(
          "attempt %d may not save step %d: attempt %d has begun".formatted(attempt, step, last));
    }
  }

  /**
   * Removes what earlier attempts saved of later steps: this one did not begin there, because it
   * was found damaged. It would count among the newest, in the place of whole ones.
   */
  private void removeOvertaken(long step, long attempt) {
    for (Manifest manifest : folder.manifests()) {
      if (manifest.step() > step && manifest.attempt() < attempt) {
        remove(manifest);
      }
    }
  }

  private void remove(Manifest manifest) {
    folder.deleteManifest(manifest); // first, so that it never lists missing files
    folder.deleteFiles(manifest.folder());
  }

  /** Removes all but the newest and the best one; never what a later attempt wrote. */
  void prune(int keep, long bestStep, long attempt) {
    List<Manifest> all = folder.manifests();
    Optional<Manifest> best = all.stream().filter(one -> one.step() == bestStep).findFirst();
    for (Manifest old : all.subList(Math.min(keep, all.size()), all.size())) {
      if (old.attempt() <= attempt && !best.equals(Optional.of(old))) {
        remove(old);
      }
    }
  }

  /** Removes folders without manifest of earlier attempts, which died while they were writing. */
  private void sweep(long attempt) {
    folder.deleteStagedManifests();
    Set<String> named = new HashSet<>();
    folder.manifests().forEach(manifest -> named.add(manifest.folder()));
    folder
        .folders()
        .forEach(
            (name, writer) -> {
              if (writer < attempt && !named.contains(name)) {
                folder.deleteFiles(name);
              }
            });
  }

  /** Those that count, newest first, whether or not their files are still whole. */
  public List<CheckpointRef> list() {
    return folder.manifests().stream()
        .map(one -> new CheckpointRef(one.name(), one.state(), one.attempt()))
        .toList();
  }

  /** What {@link #newest} looks at. */
  public enum Check {
    /** Files are there, with their sizes. Whoever takes them up hashes what it reads. */
    SIZES,

    /** Files are as they were written: all bytes are read. */
    CONTENT
  }

  /** The newest checkpoint whose files are all there and unchanged; damaged ones are named. */
  public Optional<CheckpointRef> newest() throws IOException {
    return newest(Check.CONTENT);
  }

  /** The newest checkpoint that passes a check; others are named. */
  public Optional<CheckpointRef> newest(Check check) throws IOException {
    for (Manifest manifest : folder.manifests()) {
      if (passes(manifest, check)) {
        return Optional.of(
            new CheckpointRef(manifest.name(), manifest.state(), manifest.attempt()));
      }
    }
    return Optional.empty();
  }

  private boolean passes(Manifest manifest, Check check) throws IOException {
    try {
      FileSet files = folder.files(manifest.folder());
      for (FileEntry entry : manifest.files()) {
        switch (check) {
          case SIZES -> files.verifySize(entry);
          case CONTENT -> files.verify(entry);
        }
      }
      return true;
    } catch (CorruptDataException e) {
      LOG.warn("event=checkpoint_refused name={} reason={}", manifest.name(), e.getMessage());
      return false;
    }
  }

  /** Whether the checkpoint of a step is there and has the content that it was saved with. */
  public boolean isWhole(long step) throws IOException {
    Optional<Manifest> manifest = ofStepIfAny(step);
    return manifest.isPresent() && passes(manifest.get(), Check.CONTENT);
  }

  /** The small file {@code name} that was saved with the checkpoint of a step. */
  public byte[] description(long step, String name) {
    return folder.files(ofStep(step).folder()).read(name);
  }

  /**
   * Where the run stood at a checkpoint.
   *
   * @throws ConfigException if there is none of that step
   */
  public TrainingState state(long step) {
    return ofStep(step).state();
  }

  /**
   * What the manifest of a checkpoint says of its files, for whoever starts from them without
   * taking up the run.
   *
   * @param files folder of a checkpoint's files; of another folder nothing is known
   * @return by name
   */
  public static Map<String, FileEntry> recorded(Storage storage, String files) {
    Map<String, FileEntry> recorded = new TreeMap<>();
    Matcher place = FILES.matcher(files);
    if (place.matches()) {
      new CheckpointFolder(storage, place.group("run"))
          .manifests().stream()
              .filter(manifest -> manifest.folder().equals(place.group("folder")))
              .flatMap(manifest -> manifest.files().stream())
              .forEach(entry -> recorded.put(entry.name(), entry));
    }
    return recorded;
  }

  private Manifest ofStep(long step) {
    return ofStepIfAny(step)
        .orElseThrow(() -> new ConfigException("step %d: no such checkpoint".formatted(step)));
  }

  private Optional<Manifest> ofStepIfAny(long step) {
    return folder.manifests().stream().filter(manifest -> manifest.step() == step).findFirst();
  }

  /**
   * Qualified folder of a checkpoint's files.
   *
   * @param name from {@link CheckpointRef}
   */
  public String files(String name) {
    return folder.pathOf(folder.manifest(name).folder());
  }

  /** Steps of all checkpoints that count, newest first; files may be missing. */
  public List<Long> steps() {
    return folder.manifests().stream().map(Manifest::step).toList();
  }

  /** Qualified folder of a step's checkpoint; empty if there is none with files of full size. */
  public Optional<String> wholeFiles(long step) {
    return ofStepIfAny(step).filter(this::hasAllFiles).map(one -> folder.pathOf(one.folder()));
  }

  private boolean hasAllFiles(Manifest manifest) {
    try {
      return passes(manifest, Check.SIZES);
    } catch (IOException e) {
      throw new ClusterException("cannot look at " + manifest.name() + ": " + e.getMessage(), e);
    }
  }

  /** Whether no start of the run has written anything of a checkpoint. */
  public boolean isUntouched() {
    return folder.manifests().isEmpty() && folder.folders().isEmpty();
  }

  /** Weights of the checkpoint of a step, which are read to the heap: 4 bytes a parameter. */
  public Weights weights(long step) throws IOException {
    Manifest manifest = ofStep(step);
    FileSet files = folder.files(manifest.folder());
    Map<String, Map<String, TensorData>> tensors = new TreeMap<>();
    for (FileEntry entry : manifest.files()) {
      if (entry.name().equals(CheckpointFiles.MODEL)
          || entry.name().equals(CheckpointFiles.DECODER)) {
        tensors.put(entry.name(), files.readTensors(entry));
      }
    }
    return new Weights(
        manifest.state(),
        tensors.get(CheckpointFiles.MODEL),
        tensors.getOrDefault(CheckpointFiles.DECODER, Map.of()));
  }

  /**
   * Fills vectors from a checkpoint, whoever wrote which part of it; what their parts do not cover
   * is passed over.
   *
   * @param name from {@link CheckpointRef}
   * @return where the run stood
   * @throws ClusterException if it cannot be read, or is not what its manifest says any more
   */
  public TrainingState restore(String name, ParameterLayout layout, TrainingVectors into) {
    try {
      Manifest manifest = folder.manifest(name);
      new CheckpointReader(layout, into).read(folder.files(manifest.folder()), manifest);
      return manifest.state();
    } catch (IOException | CorruptDataException e) {
      throw new ClusterException("cannot take up " + name + ": " + e.getMessage(), e);
    }
  }
}
