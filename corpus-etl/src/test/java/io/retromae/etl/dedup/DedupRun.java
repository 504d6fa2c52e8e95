package io.retromae.etl.dedup;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.hash.SplitMix64;
import io.retromae.etl.language.Language;
import io.retromae.etl.text.Words;
import io.retromae.spark.LocalSpark;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.roaringbitmap.RoaringBitmap;

/** Runs the deduplication of texts in memory on local[2]. */
final class DedupRun {
  /** Documents of a unit. */
  static final int UNIT = 100;

  /** What writers of this JVM's tasks stored, by run. */
  private static final Map<String, Map<Integer, List<RoaringBitmap>>> WRITTEN =
      new ConcurrentHashMap<>();

  private DedupRun() {}

  static DedupSettings settings(String... assignments) {
    return ConfigLoader.load(DedupSettings.class, List.of(), List.of(assignments)).value();
  }

  /**
   * What a run found.
   *
   * @param exact indexes of texts dropped as exact duplicates
   * @param near indexes of texts dropped as near duplicates
   */
  record Found(Set<Integer> exact, Set<Integer> near, DedupStatistics statistics) {}

  static Found of(List<String> texts, Language language, DedupSettings settings) {
    return of(rows(texts, language, settings), texts, language, plan(settings, texts.size(), 3));
  }

  static DedupPlan plan(DedupSettings settings, int texts, int partitions) {
    int units = Math.max(1, (texts + UNIT - 1) / UNIT);
    return new DedupPlan(settings, units, partitions, "", false, DedupPlan.ONE_TASK_EDGES);
  }

  static Found of(List<DocumentRow> rows, List<String> texts, Language language, DedupPlan plan) {
    JavaSparkContext context = LocalSpark.shared();
    JavaRDD<DocumentRow> documents = context.parallelize(rows, plan.partitions());
    ArrayList<String> shipped = new ArrayList<>(texts);
    DedupSettings.MinHashSettings minhash = plan.settings().minhash();
    int size = minhash.shingle(language);
    int most = minhash.verifySketch();
    String run = "run" + WRITTEN.size();
    WRITTEN.put(run, new ConcurrentHashMap<>());
    DedupStatistics statistics =
        new NearDuplicates(LocalSpark.session(), plan)
            .run(
                documents,
                (unit, wanted) -> read(shipped, unit, wanted, size, most),
                (unit, exact, near) -> WRITTEN.get(run).put(unit, List.of(exact, near)));
    return found(WRITTEN.get(run), plan.units(), statistics);
  }

  private static Iterator<ShingleReader.Candidate> read(
      List<String> texts, int unit, RoaringBitmap wanted, int size, int most) {
    List<ShingleReader.Candidate> candidates = new ArrayList<>();
    for (int row : wanted.toArray()) {
      Words words = Words.of(texts.get(unit * UNIT + row));
      ShingleSet shingles = ShingleSet.of(words, size, most);
      candidates.add(new ShingleReader.Candidate(DocumentRow.place(unit, row), shingles));
    }
    return candidates.iterator();
  }

  private static Found found(
      Map<Integer, List<RoaringBitmap>> written, int units, DedupStatistics statistics) {
    Set<Integer> exact = new TreeSet<>();
    Set<Integer> near = new TreeSet<>();
    for (int unit = 0; unit < units; unit++) {
      int first = unit * UNIT;
      List<RoaringBitmap> lists = written.get(unit); // every unit was written, even an empty one
      lists.get(0).forEach((int row) -> exact.add(first + row));
      lists.get(1).forEach((int row) -> near.add(first + row));
    }
    return new Found(exact, near, statistics);
  }

  static long place(int text) {
    return DocumentRow.place(text / UNIT, text % UNIT);
  }

  static int text(long place) {
    return DocumentRow.unit(place) * UNIT + DocumentRow.row(place);
  }

  /** Rows with ids by hash of the index, as real ids are. */
  static List<DocumentRow> rows(List<String> texts, Language language, DedupSettings settings) {
    MinHash functions = settings.minhash().functions();
    int size = settings.minhash().shingle(language);
    List<DocumentRow> rows = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      Fingerprint fingerprint = Fingerprint.of(text);
      long[] bands = functions.signature(Words.of(text), size);
      rows.add(
          new DocumentRow(
              place(i),
              SplitMix64.mix(i),
              SplitMix64.mix(~i),
              text.length(),
              fingerprint.high(),
              fingerprint.low(),
              bands));
    }
    return rows;
  }
}
