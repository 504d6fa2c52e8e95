package io.retromae.etl.dedup;

import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Brings equal rows together and walks through them in order, one at a time: groups of any size
 * pass in constant memory, as Spark sorts on disk.
 *
 * @param partitions of the shuffle
 * @param group columns whose equal values meet in one partition
 * @param order columns that rows of a group are sorted by
 */
record SortedPass(int partitions, List<String> group, List<String> order) {
  /** What is done with the rows of a partition, in order; has the state of one walk. */
  interface Walk {
    /** The next row; results, if any, go out. */
    void row(Row row, Consumer<Row> out);

    /** After the last row. */
    default void end(Consumer<Row> out) {}
  }

  /** Makes a walk for each partition. */
  interface Start extends Supplier<Walk>, Serializable {}

  /** Sorts rows and walks through them. */
  Dataset<Row> over(Dataset<Row> rows, StructType result, Start start) {
    List<String> all = new ArrayList<>(group);
    all.addAll(order);
    Dataset<Row> together = rows.repartition(partitions, columns(group));
    return walk(together.sortWithinPartitions(columns(all)), result, start);
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }

  /** Walks through rows as they lie. */
  static Dataset<Row> walk(Dataset<Row> rows, StructType result, Start start) {
    return rows.mapPartitions(
        (Iterator<Row> in) -> new Results(in, start.get()), Encoders.row(result));
  }

  /** Columns of 64-bit integers. */
  static StructType longs(String... names) {
    StructType type = new StructType();
    for (String name : names) {
      type = type.add(name, DataTypes.LongType, false);
    }
    return type;
  }

  /** Columns of 64-bit integers and one of bytes behind. */
  static StructType longsAnd(String bytes, String... names) {
    return longs(names).add(bytes, DataTypes.BinaryType, false);
  }

  /** What a walk sends out, as it is asked for. */
  private static final class Results implements Iterator<Row> {
    private final Iterator<Row> in;
    private final Walk walk;
    private final Queue<Row> out = new ArrayDeque<>();
    private boolean ended;

    Results(Iterator<Row> in, Walk walk) {
      this.in = in;
      this.walk = walk;
    }

    @Override
    public boolean hasNext() {
      while (out.isEmpty() && !ended) {
        if (in.hasNext()) {
          walk.row(in.next(), out::add);
        } else {
          walk.end(out::add);
          ended = true;
        }
      }
      return !out.isEmpty();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return out.remove();
    }
  }
}
