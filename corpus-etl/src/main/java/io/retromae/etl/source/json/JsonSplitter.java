package io.retromae.etl.source.json;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Division;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.compression.Entry;
import io.retromae.etl.source.compression.StoredStream;
import io.retromae.etl.source.compression.ZstdFrameList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * Divides a file of JSON where its compression allows a cut: uncompressed files anywhere, zstd
 * between frames that say how much they hold. Others can be rewritten in pieces.
 */
final class JsonSplitter {
  private static final int MOST_FRAME_SPLITS = 16;

  private final Storage storage;
  private final FilePart part;
  private final long target;

  JsonSplitter(Storage storage, FilePart part) {
    this.storage = storage;
    this.part = part;
    this.target = part.limits().splitBytes();
  }

  /** Divides the file; a look at its beginning tells how it is compressed and laid out. */
  Division divide() throws IOException {
    Entry entry;
    boolean array;
    try (StoredStream in = StoredStream.open(storage, part)) {
      entry = in.compression().entry();
      array = entry != Entry.BEGINNING && Layout.of(in, part).isArray();
    } catch (StoredStream.UnreadableException e) {
      return Division.NONE; // the reader says what is wrong with it
    }
    return switch (entry) {
      case ANYWHERE -> Division.of(array ? elements() : lines());
      case BETWEEN_FRAMES ->
          Division.rewritable(array ? List.of() : frames(), StreamSplitter::rewrite);
      case BEGINNING -> Division.rewritable(List.of(), StreamSplitter::rewrite);
    };
  }

  private List<Split> lines() {
    List<Long> cuts = evenly();
    return Split.ranges(Split.Shape.LINES, cuts, cuts);
  }

  private List<Split> elements() throws IOException {
    List<Long> cuts = new ArrayList<>(List.of(0L));
    List<Long> wishes = evenly();
    for (long wanted : wishes.subList(1, wishes.size())) {
      if (wanted <= cuts.get(cuts.size() - 1)) {
        continue;
      }
      OptionalLong boundary = ArrayBoundary.after(storage, part, wanted);
      if (boundary.isEmpty()) {
        break;
      }
      cuts.add(boundary.getAsLong());
    }
    return Split.ranges(Split.Shape.ARRAY, cuts, cuts);
  }

  /** Offsets that divide the file into equal parts of at most the wanted size. */
  private List<Long> evenly() {
    long parts = (part.size() + target - 1) / target;
    List<Long> cuts = new ArrayList<>();
    for (long i = 0; i < parts; i++) {
      cuts.add(part.size() / parts * i);
    }
    return cuts;
  }

  private List<Split> frames() throws IOException {
    List<Long> positions = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    try (FSDataInputStream in = storage.open(part.path())) {
      long most = MOST_FRAME_SPLITS * target;
      for (ZstdFrameList.Frame frame : ZstdFrameList.of(in, part.size(), target, most)) {
        positions.add(frame.position());
        offsets.add(positions.size() == 1 ? 0L : frame.offset());
      }
    }
    return Split.ranges(Split.Shape.LINES, positions, offsets);
  }
}
