package io.retromae.etl.job;

import io.retromae.core.shard.ShardEntry;
import io.retromae.etl.clean.Stages;
import io.retromae.etl.decontaminate.HeldOutDocuments;
import io.retromae.etl.decontaminate.TaskCounts;
import io.retromae.etl.dedup.DedupStatistics;
import io.retromae.etl.dedup.DocumentRow;
import io.retromae.etl.plan.EtlPlan;
import io.retromae.etl.report.EtlReport;
import io.retromae.etl.report.StageLosses;
import io.retromae.etl.source.Unread;
import io.retromae.etl.stage.Example;
import io.retromae.etl.stage.StageCounts;
import io.retromae.etl.work.CleanedFile;
import io.retromae.etl.work.EtlContext;
import io.retromae.etl.work.RowIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** Adds up what tasks left and fetches the few texts that the report shows of duplicates. */
final class ReportMaker {
  private static final int EXAMPLE_CHARACTERS = 160;
  private static final String NONE_HELD_OUT =
      "hold_out: none of its %,d documents was found; ids are made of the names of files and places"
          + " in them, so that other files have others: keep the texts out with decontaminate.sets";

  private final JavaSparkContext spark;
  private final EtlContext context;
  private final HeldOutDocuments heldOut;
  private final EtlPlan plan;
  private final InputCounts inputs;

  ReportMaker(JavaSparkContext spark, Preparation ready, EtlPlan plan, InputCounts inputs) {
    this.spark = spark;
    this.context = ready.context();
    this.heldOut = ready.heldOut();
    this.plan = plan;
    this.inputs = inputs;
  }

  EtlReport make(
      StageCounts.Counts counts,
      List<CleanTask.Receipt> cleaned,
      Optional<DedupStatistics> duplicates,
      List<PackTask.Receipt> packed,
      List<ShardEntry> shards,
      List<EtlReport.Phase> phases) {
    List<EtlReport.Warning> warnings = new ArrayList<>(inputs.warnings(plan.files(), cleaned));
    warnings.addAll(StageLosses.of(counts.rows(), stages()));
    if (heldOut.size() > 0 && !packed.isEmpty() && counts.documents(PackTask.HOLD_OUT) == 0) {
      warnings.add(
          new EtlReport.Warning(
              String.format(Locale.ROOT, NONE_HELD_OUT, heldOut.size()), List.of()));
    }
    Map<String, Long> notes = new TreeMap<>();
    cleaned.forEach(r -> r.notes().forEach((k, v) -> notes.merge(k, v, Long::sum)));
    notes.put("files_found", (long) plan.files().size() + plan.unread().size());
    notes.put("files_not_read", (long) plan.unread().size());
    return new EtlReport(
        "",
        warnings,
        inputs.inputs(),
        cleaned.stream().mapToLong(CleanTask.Receipt::records).sum(),
        inputs.quarantined(),
        notes,
        plan.unread().stream().map(Unread::describe).toList(),
        cleaned.stream().filter(r -> !r.error().isEmpty()).map(r -> r.error().get(1)).toList(),
        stages(),
        counts,
        duplicates.map(ReportMaker::numbers).orElse(Map.of()),
        duplicates.map(d -> clusters(d, cleaned)).orElse(List.of()),
        contamination(packed),
        shards.stream().mapToLong(ShardEntry::samples).sum(),
        shards.stream().mapToLong(ShardEntry::tokens).sum(),
        packed.stream().mapToLong(PackTask.Receipt::cutTokens).sum(),
        packed.stream().mapToLong(PackTask.Receipt::droppedTokens).sum(),
        shards.size(),
        phases);
  }

  private static List<String> stages() {
    Stream<String> passB =
        Stream.of(
            PackTask.EXACT,
            PackTask.NEAR,
            PackTask.HOLD_OUT,
            PackTask.DECONTAMINATE,
            PackTask.LINES,
            PackTask.PACKING);
    return Stream.of(Stream.of("normalize"), Stages.names().stream(), passB)
        .flatMap(names -> names)
        .toList();
  }

  private static Map<String, Long> numbers(DedupStatistics found) {
    Map<String, Long> numbers = new LinkedHashMap<>();
    numbers.put("documents compared", found.documents());
    numbers.put("groups of exact duplicates", found.exactGroups());
    numbers.put("exact duplicates dropped", found.exactDropped());
    numbers.put("pairs that share a band", found.candidateEdges());
    numbers.put("of these similar enough", found.verifiedEdges());
    numbers.put("near duplicates dropped", found.nearDropped());
    numbers.put("bands that too many documents share", found.largeBuckets());
    found
        .clusterSizes()
        .forEach(
            (size, count) ->
                numbers.put(
                    String.format(
                        Locale.ROOT, "clusters of %,d to %,d documents", size, 2 * size - 1),
                    count));
    return numbers;
  }

  private static List<EtlReport.Contamination> contamination(List<PackTask.Receipt> packed) {
    Map<String, TaskCounts> byTask = new TreeMap<>();
    packed.forEach(receipt -> TaskCounts.addTo(byTask, receipt.contamination()));
    List<EtlReport.Contamination> tasks = new ArrayList<>();
    byTask.forEach(
        (task, found) ->
            tasks.add(
                new EtlReport.Contamination(
                    task, found.documents(), found.dropped(), found.sentences(), found.ignored())));
    return tasks;
  }

  private List<EtlReport.Cluster> clusters(DedupStatistics found, List<CleanTask.Receipt> cleaned) {
    Set<Long> places = new TreeSet<>();
    found.biggestClusters().forEach(cluster -> places.addAll(cluster.places()));
    found.largestBuckets().forEach(bucket -> places.add(bucket.place()));
    Map<Long, String> texts = texts(places, cleaned);
    List<EtlReport.Cluster> clusters = new ArrayList<>();
    for (DedupStatistics.Cluster cluster : found.biggestClusters()) {
      clusters.add(
          new EtlReport.Cluster(
              "cluster", cluster.documents(), cluster.places().stream().map(texts::get).toList()));
    }
    for (DedupStatistics.LargeBucket bucket : found.largestBuckets()) {
      List<String> text = List.of(texts.get(bucket.place()));
      clusters.add(new EtlReport.Cluster("shared band", bucket.documents(), text));
    }
    return clusters;
  }

  /** Beginnings of a few documents, read where they are. */
  private Map<Long, String> texts(Set<Long> places, List<CleanTask.Receipt> cleaned) {
    EtlContext context = this.context; // for tasks, which must not take this object along
    Map<Integer, List<Long>> byUnit =
        places.stream()
            .collect(Collectors.groupingBy(DocumentRow::unit, TreeMap::new, Collectors.toList()));
    List<Tuple2<String, List<Long>>> files = new ArrayList<>();
    byUnit.forEach(
        (unit, rows) ->
            files.add(new Tuple2<>(cleaned.get(unit).cleaned(), new ArrayList<>(rows))));
    Map<Long, String> texts = new HashMap<>();
    if (!files.isEmpty()) {
      spark
          .parallelize(files, files.size())
          .flatMap(file -> texts(context, file._1(), file._2()))
          .collect()
          .forEach(text -> texts.put(text._1(), text._2()));
    }
    return texts;
  }

  private static Iterator<Tuple2<Long, String>> texts(
      EtlContext context, String file, List<Long> places) throws IOException {
    int unit = DocumentRow.unit(places.get(0));
    return new RowIterator<>(
        context.read(file, List.of(CleanedFile.TEXT)),
        (row, number) -> {
          long place = DocumentRow.place(unit, number);
          return places.contains(place)
              ? Optional.of(new Tuple2<>(place, Example.beginning(row.text(0), EXAMPLE_CHARACTERS)))
              : Optional.empty();
        });
  }
}
