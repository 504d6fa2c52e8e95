package io.retromae.embed.vector;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A set of recorded vectors: one file or all of a folder, by path, all Parquet or all {@code .npy}.
 * Rows are numbered from 0 in that order. Opening reads the beginning of each file and how many
 * rows it has, not its vectors.
 */
public final class VectorFiles {
  private static final String PARQUET = ".parquet";
  private static final String NPY = ".npy";

  private final Storage storage;
  private final String path;
  private final List<VectorPart> units;
  private final long rows;
  private final int width;

  private VectorFiles(Storage storage, String path, List<VectorPart> units) throws IOException {
    this.storage = storage;
    this.path = path;
    this.units = List.copyOf(units);
    this.rows = units.isEmpty() ? 0 : last(units).first() + last(units).rows();
    this.width = firstWidth();
  }

  private static VectorPart last(List<VectorPart> parts) {
    return parts.get(parts.size() - 1);
  }

  /**
   * Opens a file, the files of a folder or those that a pattern matches; hidden ones and those of
   * other kinds are passed over.
   *
   * @param columns names of the columns in Parquet
   * @throws ConfigException if there is none, or there are both kinds
   * @throws CorruptDataException if one is broken or has other columns
   */
  public static VectorFiles open(Storage storage, String path, VectorColumns columns)
      throws IOException {
    List<StoredFile> all = storage.list(path).stream().filter(file -> !file.hidden()).toList();
    List<StoredFile> tables = all.stream().filter(file -> file.path().endsWith(PARQUET)).toList();
    List<StoredFile> arrays = all.stream().filter(file -> file.path().endsWith(NPY)).toList();
    if (tables.isEmpty() == arrays.isEmpty()) {
      throw new ConfigException(
          tables.isEmpty()
              ? "%s: no vectors there: no file *.parquet or *.npy%s"
                  .formatted(path, storage.whyEmpty(path))
              : "%s: both *.parquet and *.npy lie there; name one kind, such as %s/*.npy"
                  .formatted(path, path));
    }
    List<VectorPart> units = new ArrayList<>();
    for (StoredFile file : tables) {
      addTable(storage, file, columns, units);
    }
    for (StoredFile file : arrays) {
      new NpyFile(storage, file, all).addTo(units);
    }
    return new VectorFiles(storage, path, units);
  }

  private static void addTable(
      Storage storage, StoredFile file, VectorColumns columns, List<VectorPart> units)
      throws IOException {
    try (VectorTable table = VectorTable.open(storage, file.path(), file.size(), columns)) {
      for (int group = 0; group < table.groups(); group++) {
        long first = units.isEmpty() ? 0 : last(units).first() + last(units).rows();
        units.add(
            new ParquetPart(file.path(), file.size(), columns, first, table.rows(group), group, 1));
      }
    }
  }

  private int firstWidth() throws IOException {
    for (VectorPart unit : units) {
      try (VectorReader reader = unit.open(storage, 0, Absent.PASS_OVER)) {
        Optional<VectorBlock> block = reader.next();
        if (block.isPresent()) {
          return block.get().width();
        }
      }
    }
    return 0;
  }

  /** The path that was opened. */
  public String path() {
    return path;
  }

  /** Number of rows in all files. */
  public long rows() {
    return rows;
  }

  /** Values of a vector; 0 if there is no row. */
  public int width() {
    return width;
  }

  /** Reads all vectors in order; refuses rows whose embedding is null. */
  public VectorReader read() {
    return read(Absent.REFUSE);
  }

  /** Reads all vectors in order. */
  public VectorReader read(Absent absent) {
    return new PartsReader(storage, units, width, absent);
  }

  /** Reads the vectors of consecutive parts in order; refuses rows whose embedding is null. */
  public static VectorReader read(Storage storage, List<VectorPart> parts, int width) {
    return new PartsReader(storage, parts, width, Absent.REFUSE);
  }

  /**
   * All rows as units that can be read by themselves, in order: row groups of Parquet, some
   * thousand rows of {@code .npy}.
   */
  public List<VectorPart> units() {
    return units;
  }

  /**
   * The units in at most {@code count} lists of about the same number of rows, in order; none is
   * empty.
   */
  public List<List<VectorPart>> divided(int count) {
    List<List<VectorPart>> lists = new ArrayList<>();
    long taken = 0;
    for (VectorPart unit : units) {
      long due = rows == 0 ? 0 : taken * count / rows;
      if (lists.isEmpty() || due >= lists.size()) {
        lists.add(new ArrayList<>());
      }
      lists.get(lists.size() - 1).add(unit);
      taken += unit.rows();
    }
    return lists;
  }

  /**
   * Reads all ids, and no vector.
   *
   * @throws CorruptDataException if one comes twice
   */
  public VectorIds ids() throws IOException {
    VectorIds ids = new VectorIds(path);
    for (VectorPart unit : units) {
      unit.readIds(storage, ids::add);
    }
    return ids;
  }

  /** A new file of Parquet in a folder that the caller owns. */
  public static VectorWriter createParquet(
      Storage storage, String folder, String name, VectorColumns columns) throws IOException {
    return new ParquetVectorWriter(storage, folder, name, columns);
  }

  /**
   * A new {@code .npy} file in a folder that the caller owns, and its ids in {@code
   * NAME.ids.jsonl}.
   *
   * @param name ends in {@code .npy}
   * @param rows vectors that will be written
   * @param width of each
   */
  public static VectorWriter createNpy(
      Storage storage, String folder, String name, long rows, int width) throws IOException {
    if (!name.endsWith(NPY)) {
      throw new IllegalArgumentException(name + ": must end in .npy");
    }
    return new NpyVectorWriter(storage, folder, name, rows, width);
  }
}
