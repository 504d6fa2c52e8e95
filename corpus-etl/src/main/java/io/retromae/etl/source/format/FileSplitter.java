package io.retromae.etl.source.format;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.compression.Compression;
import io.retromae.etl.source.compression.StoredStream;
import io.retromae.etl.source.compression.ZstdFrameList;
import io.retromae.etl.source.json.ArrayBoundary;
import io.retromae.etl.source.json.Layout;
import io.retromae.etl.source.json.StreamSplitter;
import io.retromae.etl.source.parquet.ParquetTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/**
 * Divides a file where its format allows a cut: uncompressed files anywhere, zstd between frames
 * that say how much they hold, Parquet between row groups. The cuts depend on the file and the
 * settings only.
 */
public final class FileSplitter {
  private static final int MOST_FRAME_SPLITS = 16;

  private final Storage storage;
  private final FilePart part;
  private final long target;

  private FileSplitter(Storage storage, FilePart part) {
    this.storage = storage;
    this.part = part;
    this.target = part.limits().splitBytes();
  }

  /**
   * The splits of a file, at least one. An array's are good guesses: a reader tells if one is
   * wrong, see {@link FileError#SPLIT_MISMATCH}.
   */
  public static List<Split> split(Storage storage, FilePart part) throws IOException {
    if (part.size() <= part.limits().splitBytes()) {
      return List.of(Split.WHOLE);
    }
    List<Split> splits = new FileSplitter(storage, part).split();
    return splits.size() < 2 ? List.of(Split.WHOLE) : List.copyOf(splits);
  }

  /** Whether a file is so large that {@link StreamSplitter} should rewrite it in pieces. */
  public static boolean needsRewriting(Storage storage, FilePart part, List<Split> splits)
      throws IOException {
    return splits.size() == 1
        && part.size() > part.limits().rewriteAboveBytes()
        && part.input().format() != Format.PARQUET
        && StoredStream.compression(storage, part) != Compression.NONE;
  }

  private List<Split> split() throws IOException {
    if (part.input().format() == Format.PARQUET) {
      return rowGroups();
    }
    try {
      StoredStream.open(storage, part).close();
    } catch (StoredStream.UnreadableException e) {
      return List.of(); // the reader says what is wrong with it
    }
    return switch (StoredStream.compression(storage, part)) {
      case NONE -> isArray() ? elements() : lines();
      case ZSTD -> isArray() ? List.of() : frames();
      case GZIP, BZIP2, XZ -> List.of();
    };
  }

  private boolean isArray() throws IOException {
    return Layout.of(storage, part).isArray();
  }

  private List<Split> lines() {
    List<Long> cuts = evenly();
    return between(Split.Shape.LINES, cuts, cuts);
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
    return between(Split.Shape.ARRAY, cuts, cuts);
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
    return between(Split.Shape.LINES, positions, offsets);
  }

  private List<Split> rowGroups() throws IOException {
    List<Long> cuts = new ArrayList<>();
    try (ParquetTable table = ParquetTable.open(storage, part)) {
      long bytes = target;
      List<BlockMetaData> groups = table.rowGroups();
      for (int i = 0; i < groups.size(); i++) {
        if (bytes >= target) {
          cuts.add((long) i);
          bytes = 0;
        }
        bytes += groups.get(i).getCompressedSize();
      }
    } catch (IOException | RuntimeException e) {
      return List.of(); // the reader says what is wrong with it
    }
    List<Long> none = cuts.stream().map(cut -> 0L).toList();
    return between(Split.Shape.ROW_GROUPS, none, cuts);
  }

  private static List<Split> between(Split.Shape shape, List<Long> positions, List<Long> offsets) {
    List<Split> splits = new ArrayList<>();
    for (int i = 0; i < offsets.size(); i++) {
      long to = i + 1 < offsets.size() ? offsets.get(i + 1) : Long.MAX_VALUE;
      splits.add(Split.range(shape, positions.get(i), offsets.get(i), to));
    }
    return splits;
  }
}
