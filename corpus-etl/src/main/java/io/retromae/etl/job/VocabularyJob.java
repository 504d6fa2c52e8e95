package io.retromae.etl.job;

import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.BertWords;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordPieceTokenizer;
import io.retromae.core.vocab.WordRules;
import io.retromae.etl.normalize.Normalizer;
import io.retromae.etl.plan.EtlFile;
import io.retromae.etl.plan.EtlUnit;
import io.retromae.etl.plan.EtlUnits;
import io.retromae.etl.plan.InputFiles;
import io.retromae.etl.report.Reasons;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FileReport;
import io.retromae.etl.source.Outcome;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.RecordReader;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.format.SourceFile;
import io.retromae.etl.tokenize.VocabularyTrainer;
import io.retromae.spark.SparkSurroundings;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.CollectionAccumulator;
import scala.Tuple2;

/** Counts words on the cluster, trains a WordPiece vocabulary on the driver. */
public final class VocabularyJob {
  private static final ReaderSettings LIMITS = ReaderSettings.standard();

  /** Rarer words than these do not reach the driver: they hardly change a vocabulary. */
  private static final int MOST_WORDS = 2_000_000;

  private VocabularyJob() {}

  /** By count, then by word, so that the choice does not depend on partitions. */
  private static final class MostFrequent
      implements Comparator<Tuple2<String, Long>>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(Tuple2<String, Long> a, Tuple2<String, Long> b) {
      int byCount = Long.compare(a._2(), b._2());
      return byCount != 0 ? byCount : a._1().compareTo(b._1());
    }
  }

  /**
   * Trains and writes the vocabulary; hidden files are skipped.
   *
   * @throws ConfigException if the output exists or an input matches nothing
   * @throws CorruptDataException naming the files that cannot be read to their end
   */
  public static Vocabulary run(JavaSparkContext spark, Resolved<VocabularyConfig> resolved) {
    return run(spark, resolved, check(SparkSurroundings.storage(spark), resolved.value()));
  }

  /** The same over inputs that were found, and an output that was not, before Spark started. */
  public static Vocabulary run(
      JavaSparkContext spark, Resolved<VocabularyConfig> resolved, Inputs inputs) {
    VocabularyConfig config = resolved.value();
    Storage storage = SparkSurroundings.storage(spark);
    List<EtlFile> files = inputs.files();
    List<List<Split>> splits =
        spark
            .parallelize(files, Math.max(1, files.size()))
            .map(file -> split(storage, file))
            .collect();
    List<EtlUnit> units = EtlUnits.of(files, splits);
    WordRules rules = config.wordRules();
    CollectionAccumulator<String> broken = spark.sc().collectionAccumulator("broken files");
    CollectionAccumulator<String> unread = spark.sc().collectionAccumulator("files without text");
    Map<String, Long> counts = new HashMap<>();
    spark
        .parallelize(units, Math.max(1, units.size()))
        .flatMapToPair(unit -> count(storage, unit, rules, broken, unread))
        .reduceByKey(Long::sum)
        .top(MOST_WORDS, new MostFrequent())
        .forEach(word -> counts.put(word._1(), word._2()));
    if (!broken.value().isEmpty()) {
      Set<String> once = new TreeSet<>(broken.value()); // a task that ran again tells it again
      throw new CorruptDataException(List.copyOf(once));
    }
    if (counts.isEmpty()) {
      List<String> why = unread.value().stream().sorted().limit(1).toList();
      throw new CorruptDataException(
          "no word was read: " + (why.isEmpty() ? "the inputs hold no record" : why.get(0)));
    }
    Vocabulary vocabulary =
        new VocabularyTrainer(config.size(), config.maxAlphabet()).train(counts);
    String text = String.join("\n", vocabulary.tokens()) + "\n";
    storage.publish(config.output(), text.getBytes(StandardCharsets.UTF_8));
    return vocabulary;
  }

  /**
   * What a run would read; changes nothing.
   *
   * @throws ConfigException as {@link #run}
   */
  public static Inputs check(Storage storage, VocabularyConfig config) {
    if (storage.exists(config.output())) {
      throw new ConfigException("output = " + config.output() + ": exists; choose another file");
    }
    return new Inputs(InputFiles.strictly(storage, config.inputs(), config.files(), LIMITS));
  }

  /**
   * What is there to read.
   *
   * @param files hidden ones left out
   */
  public record Inputs(List<EtlFile> files) {
    /** Of all files, as stored. */
    public long bytes() {
      return files.stream().mapToLong(EtlFile::size).sum();
    }
  }

  /** Splits that are sure to meet: guessed ones would have to be checked. */
  private static List<Split> split(Storage storage, EtlFile file) throws IOException {
    List<Split> splits = new SourceFile(storage, file.part(LIMITS, Split.WHOLE)).divide().splits();
    return splits.get(0).shape() == Split.Shape.ARRAY ? List.of(Split.WHOLE) : splits;
  }

  private static Iterator<Tuple2<String, Long>> count(
      Storage storage,
      EtlUnit unit,
      WordRules rules,
      CollectionAccumulator<String> broken,
      CollectionAccumulator<String> unread)
      throws IOException {
    Map<String, Long> counts = new HashMap<>();
    BertWords words = new BertWords(rules);
    try (RecordReader reader = unit.open(storage, LIMITS)) {
      for (Optional<Outcome> next = reader.next(); next.isPresent(); next = reader.next()) {
        if (next.get() instanceof Outcome.Read read) {
          words.split(
              Normalizer.normalize(read.document().text()),
              word -> {
                // The tokenizer takes a longer word for unknown; merging its pieces would take
                // long.
                if (word.length() <= WordPieceTokenizer.MAX_CHARACTERS_PER_WORD) {
                  counts.merge(word.toString(), 1L, Long::sum);
                }
              });
        }
      }
      FileReport report = reader.report();
      report.error().ifPresent(error -> broken.add(describe(unit, error)));
      if (report.documents() == 0 && report.recordsRead() > 0) {
        unread.add(
            "%s: %,d records quarantined: %s; keys seen: %s"
                .formatted(
                    report.path(),
                    report.recordsRead(),
                    Reasons.list(report.quarantined()),
                    String.join(", ", new TreeSet<>(report.keys().keySet()))));
      }
    }
    return counts.entrySet().stream().map(e -> new Tuple2<>(e.getKey(), e.getValue())).iterator();
  }

  private static String describe(EtlUnit unit, FileError error) {
    return "%s: %s at byte %,d; mend it or leave it out of inputs"
        .formatted(unit.file().path(), error.message(), error.offset());
  }
}
