package io.retromae.finetune.mine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.storage.Storage;
import io.retromae.embed.job.texts.ByPart;
import io.retromae.embed.job.texts.StoredTexts;
import io.retromae.spark.Receipts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * Writes the inputs' lines with what was mined. Numbers of negatives go to where their texts lie,
 * texts to where their lines are written, both sorted, so that tasks stream.
 */
final class LinesOutput {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JavaSparkContext spark;
  private final Storage storage;
  private final Receipts receipts;
  private final MiningPlan plan;

  LinesOutput(JavaSparkContext spark, Storage storage, Receipts receipts, MiningPlan plan) {
    this.spark = spark;
    this.storage = storage;
    this.receipts = receipts;
    this.plan = plan;
  }

  /** Which task writes a line. */
  private static final class ByFile extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int[] places;

    /** Of some files, a task each. */
    ByFile(List<Integer> files) {
      this.places = files.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public int numPartitions() {
      return places.length;
    }

    @Override
    public int getPartition(Object key) {
      return Arrays.binarySearch(places, LineKey.file((Long) key));
    }
  }

  /**
   * Which queries a block has.
   *
   * @param number of the block
   * @param first number of its first query
   * @param queries how many
   */
  record Block(int number, int first, int queries) {}

  /** Lines of the queries of a block, for each query in order. */
  private record BlockLines(int block, long[][] lines) implements java.io.Serializable {}

  /**
   * Writes the files that have no receipt yet.
   *
   * @param documents their texts
   * @param blocks that were searched
   * @return receipts of all files, in order
   */
  List<LinesTask.Receipt> run(String output, StoredTexts documents, List<Block> blocks) {
    List<Integer> missing =
        IntStream.range(0, plan.files().size()).filter(file -> !isWritten(file)).boxed().toList();
    if (!missing.isEmpty()) {
      write(output, documents, blocks(blocks, missing), missing);
    }
    return IntStream.range(0, plan.files().size())
        .mapToObj(
            file -> receipts.read(LinesTask.name(file), LinesTask.Receipt.class).orElseThrow())
        .toList();
  }

  /** Whether a file was written, and of the input as it is now. */
  private boolean isWritten(int file) {
    return receipts
        .read(LinesTask.name(file), LinesTask.Receipt.class)
        .filter(receipt -> receipt.input().equals(plan.files().get(file).identity()))
        .isPresent();
  }

  private void write(
      String output, StoredTexts documents, List<BlockLines> blocks, List<Integer> missing) {
    spark.setJobGroup("retromae-embed-lines", "write %,d files".formatted(missing.size()), true);
    Storage reached = storage; // for tasks, which must not take this object along
    Receipts noted = receipts;
    MiningConfig config = plan.config();
    boolean scores = config.scores();
    List<LinesTask> tasks =
        missing.stream()
            .map(
                file ->
                    new LinesTask(
                        file,
                        plan.files().get(file).path(),
                        plan.files().get(file).identity(),
                        plan.texts().lines(file).length,
                        plan.names().get(file),
                        MiningPlan.reading(config),
                        config.corpus().orElse(""),
                        scores))
            .toList();
    JavaPairRDD<Long, String> headers =
        spark
            .parallelize(blocks, blocks.size())
            .flatMapToPair(block -> headers(noted, block).iterator());
    JavaPairRDD<Long, String> texts =
        spark
            .parallelize(blocks, blocks.size())
            .flatMapToPair(block -> wanted(noted, block).iterator())
            .repartitionAndSortWithinPartitions(new ByPart(documents))
            .mapPartitionsWithIndex(
                (part, wanted) -> new WantedTexts(reached, documents, part, wanted), false)
            .mapToPair(text -> text);
    headers
        .union(texts)
        .repartitionAndSortWithinPartitions(new ByFile(missing))
        .mapPartitionsWithIndex(
            (place, sorted) -> {
              LinesTask task = tasks.get(place);
              noted.publish(LinesTask.name(task.file()), task.run(reached, output, sorted));
              return List.of(task.file()).iterator();
            },
            false)
        .collect();
  }

  /** For each block, the lines of its queries in some files. */
  private List<BlockLines> blocks(List<Block> blocks, List<Integer> files) {
    MiningTexts texts = plan.texts();
    int[] counts = new int[texts.queries()];
    for (int file : files) {
      Arrays.stream(texts.lines(file)).forEach(query -> counts[query]++);
    }
    long[][] lines = Arrays.stream(counts).mapToObj(long[]::new).toArray(long[][]::new);
    for (int file : files) {
      int[] queries = texts.lines(file);
      for (int line = 0; line < queries.length; line++) {
        long[] its = lines[queries[line]];
        its[its.length - counts[queries[line]]--] = LineKey.of(file, line);
      }
    }
    return blocks.stream()
        .map(
            block ->
                new BlockLines(
                    block.number(),
                    Arrays.copyOfRange(lines, block.first(), block.first() + block.queries())))
        .toList();
  }

  private static List<Tuple2<Long, String>> headers(Receipts receipts, BlockLines block)
      throws JsonProcessingException {
    FoundBlock found = FoundBlock.read(receipts, block.block());
    List<Tuple2<Long, String>> headers = new ArrayList<>();
    for (int query = 0; query < block.lines().length; query++) {
      String json = JSON.writeValueAsString(found.queries().get(query));
      for (long line : block.lines()[query]) {
        headers.add(new Tuple2<>(line, json));
      }
    }
    return headers;
  }

  /** Numbers of documents and where their texts go. */
  private static List<Tuple2<Integer, Long>> wanted(Receipts receipts, BlockLines block) {
    FoundBlock found = FoundBlock.read(receipts, block.block());
    List<Tuple2<Integer, Long>> wanted = new ArrayList<>();
    for (int query = 0; query < block.lines().length; query++) {
      int[] negatives = found.queries().get(query).mined().negatives();
      for (long line : block.lines()[query]) {
        for (int place = 0; place < negatives.length; place++) {
          wanted.add(new Tuple2<>(negatives[place], LineKey.at(line, place + 1)));
        }
      }
    }
    return wanted;
  }
}
