package io.retromae.training.huggingface;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The exported model of a run, {@code RUN/export}. The first one is written in its place. A later
 * one is written beside it, and once it is whole a list of its files is published, from which on it
 * is the run's: then it takes the place of the one before by renaming. An object store renames file
 * by file, copying all before it deletes any, so a start that is killed there leaves parts of
 * folders; the list tells which is whole. A start that is killed before the list is there leaves
 * the one before untouched, one that is killed later the new one, which {@link #recover} puts into
 * its place.
 */
public final class RunExport {
  private static final String NAME = "export";

  /** Where the next one is written. */
  public static final String NEXT = "export.next";

  /** The files of the next one, once it is whole, and their sizes. */
  public static final String LIST = "export.next.json";

  /** Where the one before is while its place is taken. */
  public static final String OLD = "export.old";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Storage storage;
  private final String run;
  private final OwnedFolder folder;

  /** Of the run in a qualified folder. */
  public RunExport(Storage storage, String run) {
    this.storage = storage;
    this.run = run;
    this.folder = new OwnedFolder(storage, run);
  }

  /** Ends what a killed start had begun. */
  public void recover() {
    Optional<byte[]> list = storage.readIfThere(run + "/" + LIST);
    if (list.isPresent()) {
      putInPlace(sizes(list.get()));
      return;
    }
    if (storage.exists(run + "/" + OLD) && !storage.exists(run + "/" + NAME)) {
      folder.rename(OLD, NAME); // of a build that wrote no list
    }
    folder.delete(OLD);
    folder.delete(NEXT);
  }

  /**
   * Exports the checkpoint of a step, in place of what was exported before.
   *
   * @return the folder
   */
  public String write(long step, Function<String, ObjectiveCard> cards) {
    recover();
    String export = run + "/" + NAME;
    if (!storage.exists(export + "/" + HuggingFaceExport.LAST)) { // there is no whole one to keep
      folder.delete(NAME);
      HuggingFaceExport.write(storage, run, step, export, cards);
      return export;
    }
    HuggingFaceExport.write(storage, run, step, run + "/" + NEXT, cards);
    Map<String, Long> sizes = sizes(NEXT);
    storage.publish(run + "/" + LIST, bytes(sizes));
    putInPlace(sizes);
    return export;
  }

  /**
   * Of listed files, wherever an earlier try has left them. The next one is looked at first: it
   * loses files only when all are in place, whereas the one before may have the same sizes.
   */
  private void putInPlace(Map<String, Long> listed) {
    if (sizes(NEXT).equals(listed)) {
      folder.delete(OLD);
      if (storage.exists(run + "/" + NAME)) {
        folder.rename(NAME, OLD);
      }
      folder.rename(NEXT, NAME);
    } else if (!sizes(NAME).equals(listed)) {
      throw new CorruptDataException(
          "%s/%s lists the files of an export, and neither %s nor %s beside it has them all; delete it, and export a checkpoint: submit/retromae export %s"
              .formatted(run, LIST, NEXT, NAME, run));
    }
    folder.delete(OLD);
    folder.delete(NEXT);
    folder.delete(LIST);
  }

  private Map<String, Long> sizes(String name) {
    String prefix = run + "/" + name + "/";
    Map<String, Long> sizes = new TreeMap<>();
    for (StoredFile file : storage.allFiles(run + "/" + name)) {
      sizes.put(file.path().substring(prefix.length()), file.size());
    }
    return sizes;
  }

  private Map<String, Long> sizes(byte[] list) {
    try {
      return JSON.readValue(list, new TypeReference<TreeMap<String, Long>>() {});
    } catch (IOException e) {
      throw new CorruptDataException(
          "%s/%s: no list of an export's files: %s".formatted(run, LIST, e.getMessage()), e);
    }
  }

  private static byte[] bytes(Map<String, Long> sizes) {
    try {
      return JSON.writeValueAsBytes(sizes);
    } catch (IOException e) {
      throw new IllegalStateException("numbers by name are JSON", e);
    }
  }
}
