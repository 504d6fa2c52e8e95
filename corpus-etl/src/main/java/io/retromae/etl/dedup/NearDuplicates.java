package io.retromae.etl.dedup;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Finds exact and near duplicates among all documents: equal fingerprints, then shared bands,
 * verified pairs, connected components, of which the longest document is kept. Works on sorted
 * small rows; no group and no list is ever in memory whole, nothing but statistics reaches the
 * driver. Results do not depend on partitions or on the order of documents.
 */
public final class NearDuplicates {
  private final SparkSession spark;
  private final DedupPlan plan;

  /** On a session of its own, with as many shuffle partitions as the plan says. */
  public NearDuplicates(SparkSession spark, DedupPlan plan) {
    this.spark = spark.newSession();
    this.plan = plan;
    this.spark.conf().set("spark.sql.shuffle.partitions", String.valueOf(plan.partitions()));
  }

  /**
   * Decides about every document and has the decisions written.
   *
   * @param documents each once
   * @param reader reads candidates back
   * @param writer stores the decisions of each unit
   */
  public DedupStatistics run(
      JavaRDD<DocumentRow> documents, ShingleReader reader, DropWriter writer) {
    if (plan.oneTask()) {
      return inOneTask(documents, reader, writer);
    }
    boolean reliable = !plan.checkpoints().isEmpty();
    if (reliable) {
      spark.sparkContext().setCheckpointDir(plan.checkpoints());
    }
    try (PassStorage storage = new PassStorage(reliable)) {
      Dataset<Row> numbered = storage.keep(ExactGroups.number(spark, documents, plan));
      Dataset<Row> distinct = numbered.where("member = 0");
      Similar similar =
          plan.settings().minhash().enabled() ? similar(distinct, reader, storage) : nothing();
      Dataset<Row> exact = numbered.where("member > 0").select("place");
      Dataset<Row> near = similar.members().where("place <> kept").select("place");
      DropLists.Totals dropped = DropLists.write(exact, near, plan, writer);
      return statistics(numbered, similar, dropped);
    }
  }

  private DedupStatistics inOneTask(
      JavaRDD<DocumentRow> documents, ShingleReader reader, DropWriter writer) {
    DedupPlan plan = this.plan; // for the task, which must not take this object along
    return documents
        .coalesce(1)
        .mapPartitions(
            rows -> {
              List<DocumentRow> all = new ArrayList<>();
              rows.forEachRemaining(all::add);
              return List.of(new OneTaskDuplicates(plan, reader).run(all, writer)).iterator();
            })
        .collect()
        .get(0);
  }

  /** What is known of near duplicates: who is kept for whom, and counts. */
  private record Similar(
      Dataset<Row> members, long candidateEdges, long verifiedEdges, Dataset<Row> largeBuckets) {}

  private Similar similar(Dataset<Row> documents, ShingleReader reader, PassStorage storage) {
    Dataset<Row> buckets = storage.keep(Buckets.edges(documents, plan));
    Dataset<Row> edges = storage.keep(buckets.where("members = 0").select("a", "b").distinct());
    boolean verify = plan.settings().minhash().verifyJaccard() > 0;
    Dataset<Row> verified =
        verify ? storage.keep(new Verification(plan).verified(edges, reader)) : edges;
    Dataset<Row> components = new Components(plan, storage).of(verified);
    Dataset<Row> members = storage.keep(Clusters.members(documents, components, plan));
    return new Similar(members, edges.count(), verified.count(), buckets.where("members > 0"));
  }

  private Similar nothing() {
    Dataset<Row> none = spark.createDataFrame(List.<Row>of(), Buckets.COLUMNS);
    return new Similar(none.selectExpr("a AS kept", "b AS place"), 0, 0, none);
  }

  private DedupStatistics statistics(
      Dataset<Row> numbered, Similar similar, DropLists.Totals dropped) {
    Dataset<Row> summaries = Clusters.summaries(similar.members());
    return new DedupStatistics(
        numbered.count(),
        numbered.where("member = 1").count(),
        dropped.exact(),
        dropped.near(),
        similar.candidateEdges(),
        similar.verifiedEdges(),
        similar.largeBuckets().count(),
        largest(similar.largeBuckets()),
        Clusters.sizes(summaries),
        Clusters.biggest(summaries));
  }

  private static List<DedupStatistics.LargeBucket> largest(Dataset<Row> buckets) {
    return buckets
        .orderBy(functions.col("members").desc(), functions.col("a"))
        .limit(DedupStatistics.LISTED)
        .collectAsList()
        .stream()
        .map(row -> new DedupStatistics.LargeBucket(row.getLong(0), row.getLong(1)))
        .toList();
  }
}
