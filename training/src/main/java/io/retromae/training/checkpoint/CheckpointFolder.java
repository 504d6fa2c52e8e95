package io.retromae.training.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What lies in a run's folder {@code checkpoints}: manifests, folders of files, claims. */
final class CheckpointFolder {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final Pattern MANIFEST = Pattern.compile("/step-\\d+(-\\d+)?\\.json$");
  private static final Pattern CLAIM = Pattern.compile("/attempt-(\\d+)$");

  /** A file of a checkpoint's folder; its groups are the folder and the attempt. */
  private static final Pattern IN_FOLDER = Pattern.compile("/(step-\\d+-(\\d+)(?:-[^/]+)?)/[^/]+$");

  private final Map<StoredFile, Manifest> known = new ConcurrentHashMap<>();
  static final String NAME = "checkpoints";

  private final Storage storage;
  private final OwnedFolder run;
  private final String path;

  CheckpointFolder(Storage storage, String runFolder) {
    this.storage = storage;
    this.run = new OwnedFolder(storage, runFolder);
    this.path = runFolder + "/" + NAME;
  }

  private void delete(String name) {
    run.delete(NAME + "/" + name);
  }

  /** The files of a checkpoint. */
  FileSet files(String folder) {
    return new FileSet(storage, pathOf(folder));
  }

  /** Where the files of a checkpoint lie. */
  String pathOf(String folder) {
    return path + "/" + folder;
  }

  void deleteFiles(String folder) {
    delete(folder);
  }

  void deleteFile(String folder, String name) {
    delete(folder + "/" + name);
  }

  /** Deletes what is left of manifests whose writer was killed before they were there. */
  void deleteStagedManifests() {
    run.deleteStaged(NAME);
  }

  void deleteManifest(Manifest manifest) {
    delete(manifest.name() + ".json");
  }

  /** Makes a checkpoint count. */
  void publish(Manifest manifest) {
    try {
      storage.publish(manifestPath(manifest.name()), JSON.writeValueAsBytes(manifest));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All manifests, newest first; of one step, that of the last attempt first. */
  List<Manifest> manifests() {
    List<Manifest> manifests = new ArrayList<>();
    List<StoredFile> there = listed();
    known.keySet().retainAll(Set.copyOf(there));
    for (StoredFile file : there) {
      if (MANIFEST.matcher(file.path()).find()) {
        readable(file).ifPresent(manifests::add);
      }
    }
    manifests.sort(
        Comparator.comparingLong(Manifest::step).thenComparingLong(Manifest::attempt).reversed());
    return manifests;
  }

  private List<StoredFile> listed() {
    return storage.files(path);
  }

  /** What has been read of a file before holds for it as long as it is the same one. */
  private Optional<Manifest> readable(StoredFile file) {
    try {
      Manifest manifest = known.containsKey(file) ? known.get(file) : read(file.path());
      known.put(file, manifest);
      return Optional.of(manifest);
    } catch (CorruptDataException e) {
      LOG.warn("event=checkpoint_refused reason={}", e.getMessage());
      return Optional.empty();
    }
  }

  /** The manifest of this name. */
  Manifest manifest(String name) {
    return read(manifestPath(name));
  }

  /** One that has gone since it was listed, pruned by a worker say, does not exist. */
  private Manifest read(String file) {
    String text = text(file);
    try {
      int version = JSON.readTree(text).path("formatVersion").asInt();
      if (version < Manifest.OLDEST_VERSION || version > Manifest.FORMAT_VERSION) {
        throw new ConfigException(
            "%s: format_version %d, this build reads %d to %d; use the version that wrote it, or another output"
                .formatted(file, version, Manifest.OLDEST_VERSION, Manifest.FORMAT_VERSION));
      }
      Manifest manifest = JSON.readValue(text, Manifest.class);
      manifest.checkNames(file);
      return manifest;
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(file + ": not a checkpoint manifest", e);
    }
  }

  private String text(String file) {
    try (InputStream in = storage.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      throw new CorruptDataException(file + ": is missing", e);
    } catch (IOException e) {
      throw new ClusterException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private String manifestPath(String name) {
    return path + "/" + name + ".json";
  }

  /** Folders of files and the attempts that wrote them, whether a manifest names them or not. */
  Map<String, Long> folders() {
    Map<String, Long> folders = new TreeMap<>();
    for (StoredFile file : storage.allFiles(path)) {
      Matcher name = IN_FOLDER.matcher(file.path());
      if (name.find()) {
        folders.put(name.group(1), Long.valueOf(name.group(2)));
      }
    }
    return folders;
  }

  /** The attempts that have been claimed and not been forgotten. */
  List<Long> claims() {
    List<Long> claims = new ArrayList<>();
    for (StoredFile file : listed()) {
      Matcher claim = CLAIM.matcher(file.path());
      if (claim.find()) {
        claims.add(Long.valueOf(claim.group(1)));
      }
    }
    return claims;
  }

  /**
   * Claims an attempt for this process.
   *
   * @return whether nobody else has it
   */
  boolean claim(long attempt) throws IOException {
    byte[] owner = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = storage.create(claimPath(attempt))) {
      out.write(owner);
    } catch (org.apache.hadoop.fs.FileAlreadyExistsException
        | java.nio.file.FileAlreadyExistsException e) {
      return false;
    }
    // An object store may let two create it: the last one has it then.
    return java.util.Arrays.equals(owner, storage.read(claimPath(attempt)));
  }

  void forgetClaim(long attempt) {
    delete("attempt-" + attempt);
  }

  private String claimPath(long attempt) {
    return path + "/attempt-" + attempt;
  }
}
