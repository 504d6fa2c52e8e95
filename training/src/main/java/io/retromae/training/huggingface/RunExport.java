package io.retromae.training.huggingface;

import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import java.util.function.Function;

/**
 * The exported model of a run, {@code RUN/export}. The first one is written in its place. A later
 * one is written beside it and takes its place when it is whole, by renaming; so a start that is
 * killed leaves a whole one. Between the two renames there is none for a moment, which {@link
 * #recover} mends; an object store renames file by file, and takes as long as copying them.
 */
public final class RunExport {
  private static final String NAME = "export";

  /** Where the next one is written. */
  public static final String NEXT = "export.next";

  /** Where the one before is while its place is taken. */
  public static final String OLD = "export.old";

  private final Storage storage;
  private final String run;
  private final OwnedFolder folder;

  /** Of the run in a qualified folder. */
  public RunExport(Storage storage, String run) {
    this.storage = storage;
    this.run = run;
    this.folder = new OwnedFolder(storage, run);
  }

  /** Takes back what a killed start had put aside. */
  public void recover() {
    if (storage.exists(run + "/" + OLD)) {
      if (storage.exists(run + "/" + NAME)) {
        folder.delete(OLD);
      } else {
        folder.rename(OLD, NAME);
      }
    }
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
    folder.rename(NAME, OLD);
    folder.rename(NEXT, NAME);
    folder.delete(OLD);
    return export;
  }
}
