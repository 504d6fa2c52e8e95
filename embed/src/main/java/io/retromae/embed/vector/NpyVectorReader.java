package io.retromae.embed.vector;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.training.safetensors.TensorData;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;

/** Rows of a {@code .npy} file with their ids; values that are no float32 are made some. */
final class NpyVectorReader implements VectorReader {
  private final NpyPart part;
  private final NpyHeader header;
  private final int expectedWidth;
  private final FSDataInputStream values;
  private final IdsFile ids;
  private final int blockRows;
  private long left;

  NpyVectorReader(Storage storage, NpyPart part, int expectedWidth) throws IOException {
    this.part = part;
    this.header = part.header();
    this.expectedWidth = expectedWidth == 0 ? header.width() : expectedWidth;
    this.left = part.rows();
    this.blockRows = VectorBlock.rowsFor(header.width());
    this.values = storage.open(part.path(), part.bytes(), Storage.Reading.IN_ORDER);
    try {
      values.seek(header.length() + part.from() * header.width() * header.type().bytes);
      this.ids = new IdsFile(storage, part.ids(), part.idsFrom());
    } catch (IOException | RuntimeException e) {
      values.close();
      throw e;
    }
  }

  @Override
  public Optional<VectorBlock> next() throws IOException {
    if (left == 0) {
      return Optional.empty();
    }
    int rows = (int) Math.min(left, blockRows);
    List<String> names = new ArrayList<>(rows);
    for (int i = 0; i < rows; i++) {
      names.add(ids.next());
    }
    VectorChecks.width(part.path(), names.get(0), header.width(), expectedWidth);
    float[] block = floats(rows * header.width());
    for (int i = 0; i < rows; i++) {
      VectorChecks.finite(part.path(), names.get(i), block, i * header.width(), header.width());
    }
    left -= rows;
    return Optional.of(new VectorBlock(names, block, header.width()));
  }

  private float[] floats(int count) throws IOException {
    byte[] bytes = new byte[Math.multiplyExact(count, header.type().bytes)];
    try {
      values.readFully(bytes);
    } catch (EOFException e) {
      throw new CorruptDataException(part.path() + ": ends before its last row; copy it again", e);
    }
    ByteBuffer in =
        ByteBuffer.wrap(bytes)
            .order(header.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    float[] floats = new float[count];
    switch (header.type()) {
      case FLOAT32 -> in.asFloatBuffer().get(floats);
      case FLOAT16 -> {
        for (int i = 0; i < count; i++) {
          floats[i] = TensorData.halfToFloat(in.getShort(2 * i));
        }
      }
      case FLOAT64 -> {
        for (int i = 0; i < count; i++) {
          floats[i] = (float) in.getDouble(8 * i);
        }
      }
    }
    return floats;
  }

  @Override
  public void close() throws IOException {
    try (values) {
      ids.close();
    }
  }
}
