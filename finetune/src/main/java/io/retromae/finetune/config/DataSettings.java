package io.retromae.finetune.config;

import io.retromae.core.config.Setting;
import io.retromae.finetune.data.BatchPlan;
import io.retromae.finetune.data.ColumnNames;
import io.retromae.finetune.data.Instructions;
import io.retromae.finetune.data.PairFile;
import io.retromae.finetune.data.TrainingPairs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pairs, and what one optimizer step reads of them.
 *
 * @param train files, folders and patterns
 * @param corpus texts for lines that name passages by id
 * @param columns names of plain columns
 * @param sourceWeights weights of single data sets
 * @param badRecords what bad lines lead to
 * @param missingNegatives what lines without negatives lead to
 * @param batches how data sets meet
 * @param smallThreshold lines below which data sets of a folder are joined
 * @param dropThreshold lines below which they are then left out
 * @param globalBatchSize n, queries of a step
 * @param logicalShards parts of a step; fixed for a run
 * @param trainGroupSize G, passages of a query
 * @param queryMaxLength longest query, special tokens included
 * @param passageMaxLength longest passage, special tokens included
 * @param queryInstruction before queries
 * @param queryInstructionFormat how it and a query become one text
 * @param passageInstruction before passages
 * @param tokensPerChunk tokens that are encoded with all that a backward pass reads, at a time
 * @param prefetchBatches batches built ahead
 */
public record DataSettings(
    @Setting(
            doc =
                "Files, folders and patterns of pairs: JSON lines, JSON arrays or Parquet in the"
                    + " format of FlagEmbedding (query, pos, neg), Tevatron, DPR or plain columns. A"
                    + " file is a data set, named by its file name.")
        List<String> train,
    @Setting(
            doc =
                "File or folder of {docid, title, text} for lines that name passages by id"
                    + " (Tevatron).",
            standard = "null")
        Optional<String> corpus,
    @Setting(doc = "Names of plain columns.") ColumnNames columns,
    @Setting(
            doc =
                "Weights of single data sets by name: how often an epoch reads a line (2: twice;"
                    + " 0.5: every other); 0 leaves a data set out.",
            standard = "{}",
            min = 0,
            max = 1000)
        Map<String, Double> sourceWeights,
    @Setting(
            doc =
                "What lines that cannot be used lead to: fail names the first 20, skip leaves them"
                    + " out and counts them by reason.",
            standard = "fail")
        PairFile.BadRecords badRecords,
    @Setting(
            doc =
                "Where train_group_size is above 1, lines without negatives take passages of other"
                    + " lines of their data set (draw), or are refused (refuse).",
            standard = "draw")
        MissingNegatives missingNegatives,
    @Setting(
            doc =
                "mixed shuffles the lines of all data sets; same_dataset makes every batch of one.",
            standard = "mixed")
        BatchPlan.Mode batches,
    @Setting(
            doc =
                "Data sets of one folder with fewer lines are joined with each other"
                    + " (same_dataset).",
            standard = "0",
            min = 0)
        int smallThreshold,
    @Setting(
            doc = "Data sets of a folder that then have fewer lines are left out (same_dataset).",
            standard = "0",
            min = 0)
        int dropThreshold,
    @Setting(
            doc =
                "Queries of one optimizer step over all workers; they share their passages as"
                    + " negatives (C-Pack stage 1: 19,200).",
            min = 1,
            max = DataSettings.MAX_QUERIES)
        int globalBatchSize,
    @Setting(
            doc =
                "Parts of a step, whatever the number of workers, which must divide it; it divides"
                    + " global_batch_size.",
            standard = "8",
            min = 1,
            max = 4096)
        int logicalShards,
    @Setting(
            doc =
                "Passages of a query: one positive, the others negatives (BGE stage 1: 1, stage 2:"
                    + " 2; FlagEmbedding 1.4: 8).",
            standard = "8",
            min = 1,
            max = DataSettings.MAX_GROUP)
        int trainGroupSize,
    @Setting(
            doc = "Longest query in tokens, [CLS] and [SEP] counted; longer ones are cut.",
            standard = "64",
            min = 3)
        int queryMaxLength,
    @Setting(doc = "The same for passages.", standard = "256", min = 3) int passageMaxLength,
    @Setting(
            doc =
                "Text before queries (BGE en: 'Represent this sentence for searching relevant"
                    + " passages: ').",
            standard = "null")
        Optional<String> queryInstruction,
    @Setting(
            doc = "How instruction and query become one text: {} stands for each.",
            standard = "'{}{}'")
        String queryInstructionFormat,
    @Setting(doc = "Text before passages.", standard = "null") Optional<String> passageInstruction,
    @Setting(
            doc =
                "Tokens that are encoded with all that the backward pass reads, at a time. Less"
                    + " takes less memory; a shard with more is encoded twice (GradCache,"
                    + " arXiv:2101.06983). May change between two starts of a run: the result"
                    + " differs in rounding only.",
            standard = "16384",
            min = 1)
        int tokensPerChunk,
    @Setting(
            doc =
                "Batches of a logical shard that a worker builds ahead while it computes; each"
                    + " takes memory, none changes the result.",
            standard = "4",
            min = 1,
            max = 1024)
        int prefetchBatches) {
  /** Most queries of a step. */
  static final int MAX_QUERIES = 131_072;

  /** Most passages of a query. */
  static final int MAX_GROUP = 1024;

  /** Most passages of a step. */
  static final int MAX_PASSAGES = 1_048_576;

  /** What lines without negatives lead to. */
  public enum MissingNegatives {
    /** Passages of other lines of the data set are drawn. */
    DRAW,
    /** Such lines are bad records. */
    REFUSE
  }

  /** Checks what belongs together, and copies. */
  public DataSettings {
    train = List.copyOf(train);
    sourceWeights = Map.copyOf(sourceWeights);
    List<String> problems = new ArrayList<>();
    if (train.isEmpty()) {
      problems.add("train = []: name at least one file or folder");
    }
    if (globalBatchSize % logicalShards != 0) {
      problems.add(
          "global_batch_size = %d: must be a multiple of logical_shards = %d"
              .formatted(globalBatchSize, logicalShards));
    }
    if ((long) globalBatchSize * trainGroupSize > MAX_PASSAGES) {
      problems.add(
          "global_batch_size = %d: with train_group_size = %d these are %,d passages, at most %,d"
              .formatted(
                  globalBatchSize,
                  trainGroupSize,
                  (long) globalBatchSize * trainGroupSize,
                  MAX_PASSAGES));
    }
    if (batches == BatchPlan.Mode.MIXED && (smallThreshold > 0 || dropThreshold > 0)) {
      problems.add(
          "%s: is for batches = same_dataset; in mixed ones small data sets need no care"
              .formatted(
                  smallThreshold > 0
                      ? "small_threshold = " + smallThreshold
                      : "drop_threshold = " + dropThreshold));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; data.", problems));
    }
    instructions(queryInstruction, queryInstructionFormat, passageInstruction, batches);
  }

  /** Why a data set's own sizes cannot be trained with; empty if they can. */
  public static Optional<String> problemOf(BatchPlan.Size size) {
    boolean small =
        size.queries() <= MAX_QUERIES
            && size.groupSize() <= MAX_GROUP
            && size.passages() <= MAX_PASSAGES;
    return small
        ? Optional.empty()
        : Optional.of(
            "its batches are %,d queries x %,d passages, at most %,d x %,d and %,d passages; lower its lines' batch_size or train_group_size"
                .formatted(size.queries(), size.groupSize(), MAX_QUERIES, MAX_GROUP, MAX_PASSAGES));
  }

  private static Instructions instructions(
      Optional<String> query, String format, Optional<String> passage, BatchPlan.Mode batches) {
    boolean promptsAlways = batches == BatchPlan.Mode.SAME_DATASET;
    return new Instructions(query, format, passage, promptsAlways);
  }

  /** What comes before texts. */
  public Instructions instructions() {
    return instructions(queryInstruction, queryInstructionFormat, passageInstruction, batches);
  }

  /** What to read. */
  public TrainingPairs.Sources sources() {
    return new TrainingPairs.Sources(train, sourceWeights, smallThreshold, dropThreshold);
  }

  /**
   * How batches are made.
   *
   * @param seed of the run
   */
  public BatchPlan.Rules rules(long seed) {
    return new BatchPlan.Rules(batches, globalBatchSize, trainGroupSize, logicalShards, seed);
  }
}
