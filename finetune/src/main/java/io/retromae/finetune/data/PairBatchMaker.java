package io.retromae.finetune.data;

import io.retromae.core.hash.SplitMix64;
import io.retromae.core.vocab.RowFrame;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordPieceTokenizer;
import io.retromae.finetune.contrastive.PairBatch;
import io.retromae.finetune.contrastive.TextHashes;
import java.util.List;

/** Groups to one logical shard's batch: instructions, ids, hashes. For one thread. */
public final class PairBatchMaker {
  private final WordPieceTokenizer tokenizer;
  private final Instructions instructions;
  private final RowFrame queryFrame;
  private final RowFrame passageFrame;
  private long cutQueries;
  private long cutPassages;

  /**
   * Makes batches.
   *
   * @param queryMaxLength most tokens of a query, special ones included
   * @param passageMaxLength the same for passages
   */
  public PairBatchMaker(
      WordPieceTokenizer tokenizer,
      Vocabulary vocabulary,
      Instructions instructions,
      int queryMaxLength,
      int passageMaxLength) {
    this.tokenizer = tokenizer;
    this.instructions = instructions;
    this.queryFrame = RowFrame.of(vocabulary, queryMaxLength);
    this.passageFrame = RowFrame.of(vocabulary, passageMaxLength);
  }

  /**
   * A batch.
   *
   * @param groups all of one size
   * @param distills whether the teacher's scores are wanted
   * @param ownNegatives whether queries are scored with their own groups only
   */
  public PairBatch build(List<GroupDrawing.Group> groups, boolean distills, boolean ownNegatives) {
    int n = groups.size();
    int size = groups.get(0).passages().size();
    int[][] queries = new int[n][];
    int[][] passages = new int[n * size][];
    long[] queryHashes = new long[n];
    long[] passageHashes = new long[n * size];
    long[][] positives = new long[n][];
    double[] teacher = new double[distills ? n * size : 0];
    for (int i = 0; i < n; i++) {
      GroupDrawing.Group group = groups.get(i);
      PairLine line = group.line();
      int[] query = tokenizer.encode(instructions.ofQuery(line));
      cutQueries += queryFrame.cuts(query) ? 1 : 0;
      queries[i] = queryFrame.frame(query);
      queryHashes[i] = SplitMix64.hash(line.query());
      positives[i] = line.positives().stream().mapToLong(SplitMix64::hash).toArray();
      for (int g = 0; g < size; g++) {
        String text = group.passages().get(g);
        int[] passage = tokenizer.encode(instructions.ofPassage(line, text));
        cutPassages += passageFrame.cuts(passage) ? 1 : 0;
        passages[i * size + g] = passageFrame.frame(passage);
        passageHashes[i * size + g] = SplitMix64.hash(text);
      }
      if (distills) {
        System.arraycopy(group.teacher(), 0, teacher, i * size, size);
      }
    }
    TextHashes texts = new TextHashes(queryHashes, passageHashes, positives);
    return new PairBatch(queries, passages, size, texts, teacher, ownNegatives);
  }

  /** Queries cut so far. */
  public long cutQueries() {
    return cutQueries;
  }

  /** Passages cut so far. */
  public long cutPassages() {
    return cutPassages;
  }
}
