package io.retromae.finetune.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.WordPieceTokenizer;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.finetune.contrastive.PairBatch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class PairBatchesTest {
  private static final List<DataSet> SETS =
      List.of(Lines.set("a", 30), Lines.set("b_no_in_batch_neg", 20));

  private static PairBatchMaker maker() {
    EncoderFolder folder =
        EncoderFolder.open(
            new Storage(new Configuration()),
            Path.of(System.getProperty("finetune.golden.dir")).resolve("tiny").toString());
    return new PairBatchMaker(
        new WordPieceTokenizer(folder.vocabulary(), folder.wordRules()),
        folder.vocabulary(),
        new Instructions(Optional.empty(), "{}{}", Optional.empty(), true),
        16,
        16);
  }

  private static PairBatches batches(int shards, int epochs) {
    BatchPlan.Rules rules = new BatchPlan.Rules(BatchPlan.Mode.SAME_DATASET, 8, 3, shards, 42);
    List<Long> ends = PairBatches.epochEnds(SETS, rules, epochs);
    return new PairBatches(SETS, rules, ends, maker(), false);
  }

  @Test
  void aRunThatGoesOnReadsWhatItWouldHaveRead() {
    PairBatches whole = batches(2, 3);
    for (long step = 0; step < 15; step++) {
      PairBatch want = whole.next(1, step, 0);

      PairBatch resumed = batches(2, 3).next(1, step, 0);

      assertArrayEquals(want.passages(), resumed.passages());
      assertArrayEquals(want.texts().passages(), resumed.texts().passages());
      assertEquals(want.ownNegatives(), resumed.ownNegatives());
    }
  }

  @Test
  void shardsOfAStepTogetherAreTheSameForAnyNumberOfThem() {
    PairBatches one = batches(1, 1);
    PairBatches four = batches(4, 1);
    for (int step = 0; step < 5; step++) {
      long[] whole = one.next(0, step, 0).texts().queries();
      for (int shard = 0; shard < 4; shard++) {
        assertArrayEquals(
            Arrays.copyOfRange(whole, 2 * shard, 2 * shard + 2),
            four.next(shard, step, 0).texts().queries());
      }
    }
  }

  @Test
  void epochsFollowEachOther() {
    BatchPlan.Rules rules = new BatchPlan.Rules(BatchPlan.Mode.SAME_DATASET, 8, 3, 1, 42);

    assertEquals(List.of(5L, 10L, 15L), PairBatches.epochEnds(SETS, rules, 3));
    PairBatches batches = batches(1, 2);
    assertFalse(
        Arrays.equals(
            batches.next(0, 0, 0).texts().queries(), batches.next(0, 5, 0).texts().queries()));
  }
}
