package io.retromae.etl.dedup;

import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.roaringbitmap.RoaringBitmap;

/** Gathers what is dropped by unit and has it written, one task for a unit. */
final class DropLists {
  private static final StructType DROPPED = SortedPass.longs("unit", "reason", "row");
  private static final StructType WRITTEN = SortedPass.longs("exact", "near");
  private static final long NONE = 0;
  private static final long EXACT = 1;
  private static final long NEAR = 2;

  private DropLists() {}

  /**
   * Writes every unit's list, empty ones too.
   *
   * @param exact places of exact duplicates
   * @param near places of near duplicates
   * @return how many of each were dropped
   */
  static Totals write(Dataset<Row> exact, Dataset<Row> near, DedupPlan plan, DropWriter writer) {
    Dataset<Row> dropped =
        units(exact.sparkSession(), plan)
            .union(SortedPass.walk(exact, DROPPED, () -> (row, out) -> dropped(row, EXACT, out)))
            .union(SortedPass.walk(near, DROPPED, () -> (row, out) -> dropped(row, NEAR, out)));
    Row sums =
        new SortedPass(plan.partitions(), List.of("unit"), List.of("reason", "row"))
            .over(dropped, WRITTEN, () -> new Writing(writer))
            .selectExpr("sum(exact)", "sum(near)")
            .first();
    return new Totals(sums.getLong(0), sums.getLong(1));
  }

  /**
   * How many documents are dropped.
   *
   * @param exact as exact duplicates
   * @param near as near duplicates
   */
  record Totals(long exact, long near) {}

  private static Dataset<Row> units(SparkSession spark, DedupPlan plan) {
    return spark.range(plan.units()).selectExpr("id AS unit", NONE + "L AS reason", "0L AS row");
  }

  private static void dropped(Row row, long reason, Consumer<Row> out) {
    long place = row.getLong(0);
    long unit = DocumentRow.unit(place);
    out.accept(RowFactory.create(unit, reason, (long) DocumentRow.row(place)));
  }

  /** Collects a unit's rows and writes them. */
  private static final class Writing implements SortedPass.Walk {
    private final DropWriter writer;
    private RoaringBitmap exact = new RoaringBitmap();
    private RoaringBitmap near = new RoaringBitmap();
    private long unit = -1;

    Writing(DropWriter writer) {
      this.writer = writer;
    }

    @Override
    public void row(Row row, Consumer<Row> out) {
      if (row.getLong(0) != unit) {
        end(out);
        unit = row.getLong(0);
      }
      int number = (int) row.getLong(2);
      if (row.getLong(1) == EXACT) {
        exact.add(number);
      } else if (row.getLong(1) == NEAR) {
        near.add(number);
      }
    }

    @Override
    public void end(Consumer<Row> out) {
      if (unit >= 0) {
        out.accept(RowFactory.create(exact.getLongCardinality(), near.getLongCardinality()));
        writer.write((int) unit, exact, near);
      }
      exact = new RoaringBitmap();
      near = new RoaringBitmap();
    }
  }
}
