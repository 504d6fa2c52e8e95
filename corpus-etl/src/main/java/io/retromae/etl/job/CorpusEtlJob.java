package io.retromae.etl.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.config.Resolved;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.shard.Sample;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import io.retromae.core.vocab.TokenizerFiles;
import io.retromae.etl.source.Split;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
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
  private final Consumer<String> console;

  /** A job that tells its story to {@code console}, line by line. */
  public CorpusEtlJob(
      JavaSparkContext spark, Resolved<EtlConfig> resolved, Consumer<String> console) {
    this.spark = spark;
    this.resolved = resolved;
    this.config = resolved.value();
    this.storage = new Storage(spark.hadoopConfiguration());
    this.output = storage.qualify(config.output());
    this.console = console;
  }

  /**
   * Runs to the commit; a corpus that is finished already is only reported.
   *
   * @param mode how to treat an output folder that holds earlier work
   * @throws CorruptDataException in strict mode if a file has an error inside
   */
  public EtlReport run(OutputMode mode) {
    EtlPlan plan = EtlPlan.of(storage, config);
    new OutputFolder(storage, output, ENTRIES).claim(identity(plan), resolved.yaml(), mode);
    if (ShardManifest.exists(storage, output)) {
      console.accept(output + ": finished already by the same configuration");
      return readReport();
    }
    plan.describe(config).forEach(console);
    List<String> settings =
        resolved.settings().stream().map(s -> s.path() + "=" + s.value()).toList();
    EtlContext context = new EtlContext(settings, storage, output);

    List<EtlUnit> units = split(context, plan.files());
    List<CleanTask.Receipt> cleaned = clean(context, units);
    List<EtlUnit> mended = EtlUnits.mended(units, errors(cleaned));
    if (!mended.equals(units)) {
      units = mended;
      cleaned = clean(context, units); // only what changed is done again
    }
    refuseBadFiles(cleaned);
    Map<Integer, int[]> duplicates = duplicates(context, cleaned);
    List<PackTask.Receipt> packed = pack(context, units, cleaned, duplicates);
    List<ShardEntry> shards = shuffle(context, plan, packed);
    EtlReport report = report(plan, cleaned, packed, shards);
    new Conservation(cleaned, packed, shards).check();
    commit(plan, report, shards);
    console.accept(report.funnel());
    return report;
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

  /** Small files are one unit each; larger ones are divided on the cluster. */
  private List<EtlUnit> split(EtlContext context, List<EtlFile> files) {
    long small = config.reader().splitBytes();
    List<EtlFile> large = files.stream().filter(file -> file.size() > small).toList();
    spark.setJobGroup("retromae-etl-split", "divide " + large.size() + " large files", true);
    List<Integer> done =
        large.isEmpty()
            ? List.of()
            : spark
                .parallelize(large, large.size())
                .map(
                    file -> {
                      SplitTask.run(context, file);
                      return file.number();
                    })
                .collect();
    Set<Integer> divided = new HashSet<>(done);
    List<List<Split>> splits =
        files.stream()
            .map(
                file ->
                    divided.contains(file.number())
                        ? context
                            .receipt(SplitTask.receipt(file), SplitTask.Receipt.class)
                            .orElseThrow()
                            .splits()
                        : List.of(Split.WHOLE))
            .toList();
    return EtlUnits.of(files, splits);
  }

  private static List<List<String>> errors(List<CleanTask.Receipt> cleaned) {
    return cleaned.stream().map(CleanTask.Receipt::error).toList();
  }

  private List<CleanTask.Receipt> clean(EtlContext context, List<EtlUnit> units) {
    List<EtlUnit> bySize = new ArrayList<>(units);
    bySize.sort(
        Comparator.comparingLong(EtlUnit::bytes).reversed()); // the longest task begins first
    spark.setJobGroup("retromae-etl-clean", "clean " + units.size() + " units", true);
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
    List<List<StageCounts.Row>> rows = new ArrayList<>();
    cleaned.forEach(r -> rows.add(r.counts()));
    packed.forEach(r -> rows.add(r.counts()));
    Map<String, Long> quarantined = new TreeMap<>();
    Map<String, Long> notes = new TreeMap<>();
    cleaned.forEach(r -> r.quarantined().forEach((k, v) -> quarantined.merge(k, v, Long::sum)));
    cleaned.forEach(r -> r.notes().forEach((k, v) -> notes.merge(k, v, Long::sum)));
    return new EtlReport(
        cleaned.stream().mapToLong(CleanTask.Receipt::records).sum(),
        quarantined,
        notes,
        plan.skipped(),
        cleaned.stream().filter(r -> !r.error().isEmpty()).map(r -> r.error().get(1)).toList(),
        StageCounts.sum(rows).rows(),
        shards.stream().mapToLong(ShardEntry::samples).sum(),
        shards.stream().mapToLong(ShardEntry::tokens).sum(),
        packed.stream().mapToLong(PackTask.Receipt::cutTokens).sum(),
        packed.stream().mapToLong(PackTask.Receipt::droppedTokens).sum(),
        shards.size());
  }

  private void commit(EtlPlan plan, EtlReport report, List<ShardEntry> shards) {
    storage.publish(output + "/report/report.json", EtlContext.toJson(report));
    storage.publish(
        output + "/report/report.md", report.markdown().getBytes(StandardCharsets.UTF_8));
    int length = config.packing().maxSeqLength();
    Map<String, byte[]> tokenizer =
        TokenizerFiles.files(plan.vocabulary(), config.lowerCase(), length);
    storage.publish(output + "/vocab.txt", tokenizer.get("vocab.txt"));
    Map<String, Object> lineage = new LinkedHashMap<>();
    Map<String, String> settings = new TreeMap<>();
    resolved.settings().forEach(s -> settings.put(s.path(), s.value()));
    lineage.put("settings", settings);
    lineage.put("inputs", plan.files().stream().map(EtlFile::identity).toList());
    lineage.put("spark", spark.version());
    new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            "retromae-spark 0.1.0",
            plan.vocabulary().fingerprint(),
            plan.vocabulary().size(),
            config.lowerCase(),
            length,
            config.seed(),
            report.samples(),
            report.tokens(),
            shards,
            lineage)
        .publish(storage, output);
    tidyUp(shards);
  }

  /** After the commit only what the manifest names, the report and what was asked for stays. */
  private void tidyUp(List<ShardEntry> shards) {
    storage.delete(output + "/_work");
    Set<String> named = new HashSet<>();
    shards.forEach(shard -> named.add(storage.qualify(output + "/" + shard.name())));
    storage.list(output + "/data").stream()
        .map(StoredFile::path)
        .filter(path -> !named.contains(path)) // from attempts that were killed
        .forEach(storage::delete);
  }

  private EtlReport readReport() {
    String path = output + "/report/report.json";
    try {
      return new ObjectMapper()
          .readValue(new String(storage.read(path), StandardCharsets.UTF_8), EtlReport.class);
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(path + ": not a report: " + e.getOriginalMessage(), e);
    }
  }
}
