package io.retromae.etl.job;

import io.retromae.core.config.Resolved;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.shard.Sample;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.etl.clean.Stages;
import io.retromae.etl.report.EtlReport;
import io.retromae.etl.report.StageCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * The corpus job: clean each unit, find exact duplicates on small rows, pack each unit, shuffle
 * into shards, commit. Texts never cross the network; every finished unit leaves a receipt, so that
 * a killed job goes on where it was; the manifest is the commit.
 */
public final class CorpusEtlJob {
  private static final List<String> ENTRIES =
      List.of(
          "_work",
          "_SUCCESS.json",
          "_manifest.json.1",
          "data",
          "cleaned",
          "quarantine",
          "report",
          "vocab.txt");

  private final JavaSparkContext spark;
  private final Resolved<EtlConfig> resolved;
  private final EtlConfig config;
  private final Storage storage;
  private final String output;
  private final CorpusCommit commit;
  private final Consumer<String> console;
  private final List<EtlReport.Phase> phases = new ArrayList<>();

  /** A job that tells its story to {@code console}, line by line. */
  public CorpusEtlJob(
      JavaSparkContext spark, Resolved<EtlConfig> resolved, Consumer<String> console) {
    this.spark = spark;
    this.resolved = resolved;
    this.config = resolved.value();
    this.storage = new Storage(spark.hadoopConfiguration());
    this.output = storage.qualify(config.output());
    this.commit = new CorpusCommit(resolved, storage, output);
    this.console = console;
  }

  /**
   * Runs to the commit; a corpus that is finished already is only reported.
   *
   * @param mode how to treat an output folder that holds earlier work
   * @throws CorruptDataException in strict mode if a file has an error inside
   */
  public EtlReport run(OutputMode mode) {
    try {
      return runToCommit(mode);
    } catch (Exception e) { // Spark throws checked exceptions undeclared
      throw TaskFailures.meaningOf(e);
    }
  }

  private EtlReport runToCommit(OutputMode mode) {
    EtlPlan plan = EtlPlan.of(storage, config);
    new OutputFolder(storage, output, ENTRIES).claim(identity(plan), resolved.yaml(), mode);
    if (ShardManifest.exists(storage, output)) {
      console.accept(output + ": finished already by the same configuration");
      return commit.readReport();
    }
    plan.describe(config).forEach(console);
    List<String> settings =
        resolved.settings().stream().map(s -> s.path() + "=" + s.value()).toList();
    EtlContext context = new EtlContext(settings, storage, output);

    List<CleanTask.Receipt> cleaned = phase("clean", () -> clean(context, plan.units()));
    refuseBadFiles(cleaned);
    Map<Integer, int[]> duplicates = phase("dedup", () -> duplicates(context, cleaned));
    List<PackTask.Receipt> packed =
        phase("pack", () -> pack(context, plan.units(), cleaned, duplicates));
    List<ShardEntry> shards = phase("shuffle", () -> shuffle(context, plan, packed));
    EtlReport report = report(plan, cleaned, packed, shards);
    new Conservation(cleaned, packed, shards).check();
    commit.publish(plan, report, cleaned, shards, spark.version());
    console.accept(report.funnel());
    return report;
  }

  private <T> T phase(String name, Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    phases.add(new EtlReport.Phase(name, (System.nanoTime() - start) / 1e9));
    return result;
  }

  /** All that the shards depend on. */
  private Map<String, String> identity(EtlPlan plan) {
    Map<String, String> identity = new TreeMap<>();
    resolved.settings().stream()
        .filter(s -> !s.path().equals("output"))
        .forEach(s -> identity.put(s.path(), s.value()));
    identity.put("vocabulary fingerprint", plan.vocabulary().fingerprint());
    return identity;
  }

  private List<CleanTask.Receipt> clean(EtlContext context, List<EtlUnit> units) {
    List<EtlUnit> bySize = new ArrayList<>(units);
    bySize.sort(
        Comparator.comparingLong(EtlUnit::size).reversed()); // the longest task begins first
    spark.setJobGroup("retromae-etl-clean", "clean " + units.size() + " files", true);
    List<Integer> done =
        spark
            .parallelize(bySize, Math.max(1, bySize.size()))
            .map(
                unit -> {
                  CleanTask.run(context, unit);
                  return unit.number();
                })
            .collect();
    return done.stream()
        .sorted()
        .map(n -> context.receipt("clean-%06d".formatted(n), CleanTask.Receipt.class).orElseThrow())
        .toList();
  }

  private void refuseBadFiles(List<CleanTask.Receipt> cleaned) {
    List<String> bad =
        cleaned.stream().filter(r -> !r.error().isEmpty()).map(r -> r.error().get(1)).toList();
    if (!bad.isEmpty() && config.onBadFile() == EtlConfig.OnBadFile.STRICT) {
      throw new CorruptDataException(String.join(System.lineSeparator(), bad));
    }
    bad.forEach(console);
  }

  private Map<Integer, int[]> duplicates(EtlContext context, List<CleanTask.Receipt> cleaned) {
    if (!config.dedup().exact()) {
      return Map.of();
    }
    List<Tuple2<Integer, String>> files = new ArrayList<>();
    for (int unit = 0; unit < cleaned.size(); unit++) {
      files.add(new Tuple2<>(unit, cleaned.get(unit).cleaned()));
    }
    spark.setJobGroup("retromae-etl-dedup", "exact duplicates", true);
    return ExactDuplicates.find(spark, context, files);
  }

  private List<PackTask.Receipt> pack(
      EtlContext context,
      List<EtlUnit> units,
      List<CleanTask.Receipt> cleaned,
      Map<Integer, int[]> duplicates) {
    List<Tuple2<EtlUnit, Tuple2<String, int[]>>> work = new ArrayList<>();
    for (EtlUnit unit : units) {
      int[] dropped = duplicates.getOrDefault(unit.number(), new int[0]);
      String file = cleaned.get(unit.number()).cleaned();
      work.add(new Tuple2<>(unit, new Tuple2<>(file, dropped)));
    }
    spark.setJobGroup("retromae-etl-pack", "sentences, ids, blocks", true);
    List<Integer> done =
        spark
            .parallelize(work, Math.max(1, work.size()))
            .map(
                w -> {
                  PackTask.run(context, w._1(), w._2()._1(), w._2()._2());
                  return w._1().number();
                })
            .collect();
    return done.stream()
        .sorted()
        .map(n -> context.receipt("pack-%06d".formatted(n), PackTask.Receipt.class).orElseThrow())
        .toList();
  }

  private List<ShardEntry> shuffle(
      EtlContext context, EtlPlan plan, List<PackTask.Receipt> packed) {
    List<ShardEntry> parts = packed.stream().map(PackTask.Receipt::samples).toList();
    ShardPlan shards =
        ShardPlan.of(parts, config.samplesPerShard(), plan.vocabulary().fingerprint());
    List<Integer> units = java.util.stream.IntStream.range(0, parts.size()).boxed().toList();
    long seed = config.seed();
    spark.setJobGroup("retromae-etl-shuffle", "global shuffle, shards", true);
    JavaPairRDD<ShuffleKey, Sample> keyed =
        spark
            .parallelize(units, Math.max(1, units.size()))
            .flatMapToPair(
                unit -> {
                  String name = "pack-%06d".formatted(unit);
                  PackTask.Receipt receipt =
                      context.receipt(name, PackTask.Receipt.class).orElseThrow();
                  return ShardTask.read(context, receipt.samples(), seed);
                });
    List<Integer> written =
        keyed
            .repartitionAndSortWithinPartitions(new ShardPartitioner(shards.shards()))
            .mapPartitions(
                samples -> {
                  int shard = TaskContext.getPartitionId();
                  ShardTask.write(context, shards, shard, samples);
                  return List.of(shard).iterator();
                })
            .collect();
    return written.stream()
        .sorted()
        .map(n -> context.receipt("shard-%05d".formatted(n), ShardTask.Receipt.class))
        .map(receipt -> receipt.orElseThrow().shard())
        .toList();
  }

  private EtlReport report(
      EtlPlan plan,
      List<CleanTask.Receipt> cleaned,
      List<PackTask.Receipt> packed,
      List<ShardEntry> shards) {
    StageCounts counts = new StageCounts();
    cleaned.forEach(r -> counts.add(r.counts()));
    packed.forEach(r -> counts.add(r.counts()));
    Map<String, Long> quarantined = new TreeMap<>();
    Map<String, Long> notes = new TreeMap<>();
    cleaned.forEach(r -> r.quarantined().forEach((k, v) -> quarantined.merge(k, v, Long::sum)));
    cleaned.forEach(r -> r.notes().forEach((k, v) -> notes.merge(k, v, Long::sum)));
    List<String> stages = new ArrayList<>(List.of("normalize"));
    stages.addAll(Stages.names());
    stages.addAll(List.of("exact_dedup", "packing"));
    return new EtlReport(
        cleaned.stream().mapToLong(CleanTask.Receipt::records).sum(),
        quarantined,
        notes,
        plan.skipped(),
        cleaned.stream().filter(r -> !r.error().isEmpty()).map(r -> r.error().get(1)).toList(),
        stages,
        counts.counts(),
        Map.of(),
        List.of(),
        List.of(),
        shards.stream().mapToLong(ShardEntry::samples).sum(),
        shards.stream().mapToLong(ShardEntry::tokens).sum(),
        packed.stream().mapToLong(PackTask.Receipt::cutTokens).sum(),
        packed.stream().mapToLong(PackTask.Receipt::droppedTokens).sum(),
        shards.size(),
        phases);
  }
}
