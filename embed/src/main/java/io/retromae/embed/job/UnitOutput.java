package io.retromae.embed.job;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.storage.Storage;
import io.retromae.embed.source.InputUnit;
import io.retromae.embed.vector.VectorColumns;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.embed.vector.VectorWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * The files of vectors of a unit, each of at most so many rows, named so that their order is that
 * of the inputs. What is not committed is deleted, but for files that were filled before: they are
 * named by nothing, and the commit of the job deletes them.
 */
final class UnitOutput implements AutoCloseable {
  private final EmbedContext context;
  private final InputUnit unit;
  private final List<Long> vectors;
  private final int width;
  private final UUID attempt = UUID.randomUUID();
  private final List<VectorFile> files = new ArrayList<>();
  private final List<Open> open = new ArrayList<>();
  private int number;
  private long rowsInFile;

  private record Open(String name, VectorWriter writer) {}

  /**
   * Opens nothing yet.
   *
   * @param vectors of each file: NumPy's files begin with their number
   * @param width of a vector
   */
  UnitOutput(EmbedContext context, InputUnit unit, List<Long> vectors, int width) {
    this.context = context;
    this.unit = unit;
    this.vectors = vectors;
    this.width = width;
  }

  /** Takes the vector of the next row. */
  void append(String id, float[] vector) throws IOException {
    begin();
    for (Open file : open) {
      file.writer().append(id, vector);
    }
    end();
  }

  /** Takes a row without vector. */
  void appendAbsent(String id) throws IOException {
    begin();
    for (Open file : open) {
      file.writer().appendAbsent(id);
    }
    end();
  }

  private void begin() throws IOException {
    if (!open.isEmpty()) {
      return;
    }
    if (number == vectors.size()) {
      throw new CorruptDataException(
          "%s: gives more rows than a moment before; it changes while it is read"
              .formatted(unit.file().path()));
    }
    String stem = String.format(Locale.ROOT, "%s-%03d-%s", unit.name(), number, attempt);
    Storage storage = context.storage();
    if (context.format() != EmbedConfig.Format.NPY) {
      String name = "vectors/" + stem + ".parquet";
      open.add(
          new Open(
              name,
              VectorFiles.createParquet(storage, context.output(), name, VectorColumns.DEFAULT)));
    }
    if (context.format() != EmbedConfig.Format.PARQUET) {
      String name = "npy/" + stem + ".npy";
      open.add(
          new Open(
              name,
              VectorFiles.createNpy(storage, context.output(), name, vectors.get(number), width)));
    }
  }

  private void end() throws IOException {
    rowsInFile++;
    if (rowsInFile == context.rowsPerFile()) {
      finish();
    }
  }

  private void finish() throws IOException {
    for (Open file : open) {
      VectorWriter.Written written = file.writer().commit();
      files.add(
          new VectorFile(
              file.name(), rowsInFile, written.absent(), written.bytes(), written.sha256()));
      if (file.name().endsWith(".npy")) {
        files.add(ids(file.name(), written));
      }
      file.writer().close();
    }
    open.clear();
    rowsInFile = 0;
    number++;
  }

  /** The ids beside a file of NumPy's, which are hashed by reading them. */
  private VectorFile ids(String npy, VectorWriter.Written written) throws IOException {
    String name = npy.substring(0, npy.length() - ".npy".length()) + ".ids.jsonl";
    String path = context.path(name);
    long bytes = context.storage().size(path);
    String sha256 = Sha256.of(context.storage().open(path, bytes, Storage.Reading.IN_ORDER));
    return new VectorFile(name, written.rows(), 0, bytes, sha256);
  }

  /**
   * Ends the last file.
   *
   * @return all files, in order
   * @throws CorruptDataException if there are fewer than there should be
   */
  List<VectorFile> commit() throws IOException {
    if (!open.isEmpty()) {
      finish();
    }
    if (number != vectors.size()) {
      throw new CorruptDataException(
          "%s: gives fewer rows than a moment before; it changes while it is read"
              .formatted(unit.file().path()));
    }
    return List.copyOf(files);
  }

  @Override
  public void close() throws IOException {
    for (Open file : open) {
      file.writer().close();
    }
  }
}
