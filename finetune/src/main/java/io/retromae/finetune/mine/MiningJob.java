package io.retromae.finetune.mine;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.embed.job.EmbedProgress;
import io.retromae.embed.job.texts.StoredTexts;
import io.retromae.spark.Receipts;
import io.retromae.spark.SparkSurroundings;
import io.retromae.spark.TaskFailures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * Pairs to pairs with hard negatives: texts into parts, vectors of them, search and choice, lines,
 * report. What an earlier start has finished is used again; the manifest is the commit.
 */
public final class MiningJob {
  private static final int MOST_CHARACTERS = 200;

  private final JavaSparkContext spark;
  private final Storage storage;
  private final MiningPlan plan;
  private final MiningFolder folder;
  private final Consumer<String> console;
  private final Consumer<String> progress;

  /**
   * A job.
   *
   * @param plan made, and refused what it had to, before Spark started
   * @param console takes its story, line by line
   * @param progress takes a line every second that says how far the work is
   */
  public MiningJob(
      JavaSparkContext spark,
      Resolved<MiningConfig> resolved,
      MiningPlan plan,
      Consumer<String> console,
      Consumer<String> progress) {
    this.spark = spark;
    this.storage = SparkSurroundings.storage(spark);
    this.plan = plan;
    this.folder = new MiningFolder(storage, resolved, plan);
    this.console = console;
    this.progress = progress;
  }

  /**
   * What {@link #run} would find in its output folder; changes nothing.
   *
   * @throws io.retromae.core.failure.ConfigException if it would be refused
   */
  public static OutputFolder.Found check(
      Storage storage, Resolved<MiningConfig> resolved, MiningPlan plan, OutputMode mode) {
    return new MiningFolder(storage, resolved, plan).check(mode);
  }

  /**
   * Runs to the commit; what is finished already stays as it is.
   *
   * @param mode how to treat an output folder that holds earlier work
   */
  public void run(OutputMode mode) {
    try (EmbedProgress following = EmbedProgress.follow(spark, progress)) {
      folder.claim(mode);
      if (folder.isDone()) {
        folder.finishedBefore();
        console.accept(folder.path() + ": finished already by the same configuration");
        return;
      }
      runToCommit(following);
    } catch (Exception e) { // Spark throws checked exceptions undeclared
      throw TaskFailures.meaningOf(e);
    }
  }

  private void runToCommit(EmbedProgress following) throws IOException {
    plan.describe().forEach(console);
    Receipts receipts = folder.receipts();
    MiningSets sets = MiningSets.of(folder.path(), plan.texts());
    sets.write(storage, plan.texts());
    new MiningVectors(spark, storage, following).run(plan.vectors(), sets);
    int blocks = new MiningSearch(spark, storage, receipts, plan).run(sets, console);
    ReportMaker maker = new ReportMaker(plan);
    List<LinesOutput.Block> searched = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      FoundBlock found = FoundBlock.read(receipts, block);
      maker.add(found);
      searched.add(new LinesOutput.Block(block, found.first(), found.queries().size()));
    }
    StoredTexts documents = sets.documents().texts();
    List<LinesTask.Receipt> files =
        new LinesOutput(spark, storage, receipts, plan).run(folder.path(), documents, searched);
    MiningReport report = report(maker, sets);
    folder.publish(report, files, spark.version());
    ReportPage.summary(report).forEach(console);
  }

  private MiningReport report(ReportMaker maker, MiningSets sets) {
    return maker.report(
        texts(sets.queries().texts(), maker.queries()),
        texts(sets.documents().texts(), maker.documents()));
  }

  /** The beginnings of some texts of a set, by number. */
  private Map<Integer, String> texts(StoredTexts set, Set<Integer> numbers) {
    Map<Integer, List<Integer>> byPart = new TreeMap<>();
    for (int number : new TreeSet<>(numbers)) {
      int part = (int) (number / set.rowsPerPart());
      byPart.computeIfAbsent(part, p -> new ArrayList<>()).add(number);
    }
    Map<Integer, String> found = new HashMap<>();
    if (byPart.isEmpty()) {
      return found;
    }
    Storage reached = storage; // for tasks, which must not take this object along
    List<Tuple2<Integer, List<Integer>>> parts = new ArrayList<>();
    byPart.forEach((part, wanted) -> parts.add(new Tuple2<>(part, new ArrayList<>(wanted))));
    spark.setJobGroup("retromae-embed-texts", "look texts up", true);
    spark
        .parallelize(parts, parts.size())
        .flatMap(
            part ->
                new WantedTexts(
                    reached,
                    set,
                    part._1(),
                    part._2().stream()
                        .map(number -> new Tuple2<>(number, (long) number))
                        .iterator()))
        .collect()
        .forEach(text -> found.put(text._1().intValue(), beginning(text._2())));
    return found;
  }

  private static String beginning(String text) {
    return text.codePointCount(0, text.length()) <= MOST_CHARACTERS
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MOST_CHARACTERS)) + "…";
  }
}
