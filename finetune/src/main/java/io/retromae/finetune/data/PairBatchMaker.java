package io.retromae.finetune.data;

import io.retromae.core.hash.SplitMix64;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordPieceTokenizer;
import io.retromae.finetune.contrastive.PairBatch;
import io.retromae.finetune.contrastive.TextHashes;
import java.util.List;

/** Groups to one logical shard's batch: instructions, ids, hashes. For one thread. */
public final class PairBatchMaker {
  private final WordPieceTokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final Instructions instructions;
  private final int queryMaxLength;
  private final int passageMaxLength;
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
    this.vocabulary = vocabulary;
    this.instructions = instructions;
    this.queryMaxLength = queryMaxLength;
    this.passageMaxLength = passageMaxLength;
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
      cutQueries += query.length > queryMaxLength - 2 ? 1 : 0;
      queries[i] = framed(query, queryMaxLength);
      queryHashes[i] = SplitMix64.hash(line.query());
      positives[i] = line.positives().stream().mapToLong(SplitMix64::hash).toArray();
      for (int g = 0; g < size; g++) {
        String text = group.passages().get(g);
        int[] passage = tokenizer.encode(instructions.ofPassage(line, text));
        cutPassages += passage.length > passageMaxLength - 2 ? 1 : 0;
        passages[i * size + g] = framed(passage, passageMaxLength);
        passageHashes[i * size + g] = SplitMix64.hash(text);
      }
      if (distills) {
        System.arraycopy(group.teacher(), 0, teacher, i * size, size);
      }
    }
    TextHashes texts = new TextHashes(queryHashes, passageHashes, positives);
    return new PairBatch(queries, passages, size, texts, teacher, ownNegatives);
  }

  /** [CLS] + ids + [SEP], cut to the limit. */
  private int[] framed(int[] ids, int most) {
    int count = Math.min(ids.length, most - 2);
    int[] row = new int[count + 2];
    row[0] = vocabulary.clsId();
    System.arraycopy(ids, 0, row, 1, count);
    row[count + 1] = vocabulary.sepId();
    return row;
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
