package io.retromae.training.checkpoint;

import io.retromae.core.storage.FileNames;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.measure.Figures;
import io.retromae.training.measure.Selection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

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
    List<FileEntry> files) {
  /** The version of the layout described in docs/checkpoint-format.md. */
  static final int FORMAT_VERSION = 5;

  /** Has no basis of the selection: what a run writes that compares no checkpoints. */
  private static final int NOTHING_COMPARED_VERSION = 4;

  /** Has neither figures nor a selection: what a run writes that measures nothing. */
  private static final int NOTHING_MEASURED_VERSION = 3;

  /** Had one writer always, and names that say the step only: read like the others. */
  static final int OLDEST_VERSION = 2;

  private static final String FOLDER = "step-0*%d-%d(-[A-Za-z0-9-]+)?";

  Manifest {
    files = List.copyOf(files);
  }

  /**
   * Refuses names that could lead elsewhere: the folder is deleted when its time has come.
   *
   * @param path of this manifest
   * @throws io.retromae.core.failure.CorruptDataException naming it and the value
   */
  void checkNames(String path) {
    FileNames.checked(
        path,
        "step or attempt",
        path.substring(path.lastIndexOf('/') + 1),
        literal(name() + ".json"));
    FileNames.checked(
        path, "folder", folder, Pattern.compile(String.format(Locale.ROOT, FOLDER, step, attempt)));
    files.forEach(file -> FileNames.checked(path, "files.name", file.name(), FileNames.PLAIN));
  }

  private static Pattern literal(String text) {
    return Pattern.compile(Pattern.quote(text));
  }

  /** The name of a checkpoint's folder, and of its manifest without {@code .json}. */
  static String name(long step, long attempt) {
    return String.format(Locale.ROOT, "step-%08d-%d", step, attempt);
  }

  /** Its name: that of its manifest, without {@code .json}. */
  String name() {
    return formatVersion == OLDEST_VERSION
        ? String.format(Locale.ROOT, "step-%08d", step)
        : name(step, attempt);
  }

  /** The oldest version that can say this: earlier builds refuse what they would not understand. */
  static int version(TrainingState state) {
    boolean measured =
        !state.figures().equals(Figures.NONE) || !state.selection().equals(Selection.NONE);
    if (!state.selection().basis().isEmpty()) {
      return FORMAT_VERSION;
    }
    return measured ? NOTHING_COMPARED_VERSION : NOTHING_MEASURED_VERSION;
  }

  /** Bytes of all files. */
  long bytes() {
    return files.stream().mapToLong(FileEntry::bytes).sum();
  }
}
