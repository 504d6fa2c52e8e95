package io.retromae.training.metrics;

import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The event files of one start of a run. A publication is a file; as soon as there are {@value
 * #JOINED} of a size they become one, and {@value #JOINED} of those one again, so that a run of
 * weeks has some dozens.
 *
 * <p>TensorBoard reads files in the order of their names, remembers how far it came, and goes on
 * with the file whose name follows. So a joined file has a name behind those of its parts and
 * before all that follow. It begins, as each part does, by saying from which step on earlier words
 * are void: who has read the parts forgets what they said and reads it again, and who begins anew
 * may read both. The parts are deleted a publication later, when readers have left them.
 */
final class EventFiles {
  /** So many files of a size become one. */
  static final int JOINED = 16;

  /** Larger files are not joined: the driver would have to hold them. */
  private static final long MOST_BYTES = 64L << 20;

  private final Storage storage;
  private final OwnedFolder run;
  private final String folder;
  private final List<Part> parts = new ArrayList<>();
  private List<Part> joined = List.of(); // whose content another file has, too
  private int names;

  /**
   * A file.
   *
   * @param seconds when its last publication begins
   * @param level 0 of a publication; 1 more than that of its parts
   */
  private record Part(String name, long seconds, int level, long bytes) {}

  /** Nothing yet, in a folder of the run's. */
  EventFiles(Storage storage, String run, String folder) {
    this.storage = storage;
    this.run = new OwnedFolder(storage, run);
    this.folder = folder;
  }

  /**
   * Writes a publication.
   *
   * @param seconds when it begins, since 1970
   */
  void add(long seconds, byte[] file) {
    parts.add(write(seconds, 0, file));
  }

  private Part write(long seconds, int level, byte[] file) {
    String name =
        String.format(Locale.ROOT, "events.out.tfevents.%010d.%05d.retromae", seconds, names);
    storage.publish(run.path() + "/" + folder + "/" + name, file);
    names++;
    return new Part(name, seconds, level, file.length);
  }

  /** Deletes parts of what was joined the last time, and joins what has become many since. */
  void join() {
    for (Part part : joined) {
      run.delete(folder + "/" + part.name());
    }
    List<Part> left = new ArrayList<>();
    joined = left;
    for (List<Part> last = last(); !last.isEmpty(); last = last()) {
      Part newest = last.get(last.size() - 1);
      Part whole = write(newest.seconds(), newest.level() + 1, content(last));
      left.addAll(last);
      last.clear(); // of the parts, too
      parts.add(whole);
    }
  }

  /** The newest files, if they are to become one; else none. */
  private List<Part> last() {
    int from = parts.size() - JOINED;
    if (from < 0) {
      return List.of();
    }
    List<Part> last = parts.subList(from, parts.size());
    boolean alike = last.stream().allMatch(part -> part.level() == last.get(0).level());
    boolean small = last.stream().mapToLong(Part::bytes).sum() <= MOST_BYTES;
    return alike && small ? last : List.of();
  }

  /** What somebody deleted is not missed. */
  private byte[] content(List<Part> some) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (Part part : some) {
      Optional<byte[]> file = storage.readIfThere(run.path() + "/" + folder + "/" + part.name());
      file.ifPresent(
          bytes ->
              whole.writeBytes(whole.size() == 0 ? bytes : EventRecords.withoutVersion(bytes)));
    }
    return whole.toByteArray();
  }
}
