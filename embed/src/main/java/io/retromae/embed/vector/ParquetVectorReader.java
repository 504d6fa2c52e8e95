package io.retromae.embed.vector;

import io.retromae.core.display.Displayed;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Rows of a Parquet file's row groups, of which it holds one at a time. */
final class ParquetVectorReader implements VectorReader {
  private final ParquetPart part;
  private final VectorTable table;
  private Optional<VectorTable.Rows> rows = Optional.empty();
  private int nextGroup;
  private final Absent absent;
  private long left;
  private int width;

  ParquetVectorReader(Storage storage, ParquetPart part, int width, Absent absent)
      throws IOException {
    this.part = part;
    this.width = width;
    this.absent = absent;
    this.nextGroup = part.firstGroup();
    this.table = VectorTable.open(storage, part.path(), part.bytes(), part.columns());
  }

  @Override
  public Optional<VectorBlock> next() throws IOException {
    while (openGroup()) {
      VectorBlock block = block(rows.orElseThrow());
      if (block.size() > 0) {
        return Optional.of(block);
      }
    }
    return Optional.empty();
  }

  /** Goes to the next row group with rows, if none of this one are left; false behind the last. */
  private boolean openGroup() throws IOException {
    while (left == 0) {
      if (nextGroup == part.firstGroup() + part.groups()) {
        return false;
      }
      rows = Optional.of(table.readRows(nextGroup));
      left = table.rows(nextGroup);
      nextGroup++;
    }
    return true;
  }

  /** The next rows of a row group; none, if all that are left have no vector. */
  private VectorBlock block(VectorTable.Rows in) {
    List<String> ids = new ArrayList<>();
    float[] values = new float[0];
    int most = 1;
    while (left > 0 && ids.size() < most) {
      String id = in.nextId();
      Optional<float[]> vector = in.nextVector(id, width);
      left--;
      if (vector.isEmpty()) {
        refuse(in, id);
        continue;
      }
      float[] found = vector.get();
      if (ids.isEmpty()) {
        width = width == 0 ? found.length : width;
        most = (int) Math.min(left + 1, VectorBlock.rowsFor(width));
        values = new float[Math.multiplyExact(most, width)];
      }
      VectorChecks.width(part.path(), id, found.length, width);
      VectorChecks.finite(part.path(), id, found, 0, width);
      System.arraycopy(found, 0, values, ids.size() * width, width);
      ids.add(id);
    }
    return new VectorBlock(ids, Arrays.copyOf(values, ids.size() * width), width);
  }

  /** Refuses a row without a vector; counts those behind it in the row group. */
  private void refuse(VectorTable.Rows in, String id) {
    if (absent == Absent.PASS_OVER) {
      return;
    }
    long count = 1;
    for (; left > 0; left--) {
      if (in.nextVector(in.nextId(), 0).isEmpty()) {
        count++;
      }
    }
    throw new CorruptDataException(
        "%s: the embedding of '%s' is null, and of %d rows in all of row group %d; leave out rows whose text was null"
            .formatted(part.path(), Displayed.line(id), count, nextGroup - 1));
  }

  @Override
  public void close() throws IOException {
    table.close();
  }
}
