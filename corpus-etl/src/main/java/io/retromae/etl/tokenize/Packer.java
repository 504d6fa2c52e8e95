package io.retromae.etl.tokenize;

import io.retromae.core.hash.SplitMix64;
import io.retromae.core.shard.DocumentId;
import io.retromae.core.vocab.IdBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Packs the sentences of one document into blocks of token ids; blocks never cross documents. A
 * block is a range of the document's ids, so that rules find ends and ids are copied once. One
 * thread at a time.
 */
public final class Packer {
  /** Fewest ids that a drawn target asks for, as in RetroMAE's recipe. */
  private static final int SHORTEST_TARGET = 3;

  private final PackingSettings settings;
  private final long seed;
  private final IdBuffer ends = new IdBuffer();

  /**
   * A packer.
   *
   * @param seed of the targets drawn for short blocks
   */
  public Packer(PackingSettings settings, long seed) {
    this.settings = settings;
    this.seed = seed;
  }

  /**
   * What became of a document.
   *
   * @param blocks samples, in order
   * @param cut ids lost because a block was too long
   * @param droppedTail ids lost because the rest of the document was too short
   */
  public record Packed(List<int[]> blocks, long cut, long droppedTail) {}

  /**
   * Packs a document.
   *
   * @param documentId 32 hexadecimal digits; with seed and block number it decides where short
   *     blocks are
   */
  public Packed pack(SentenceIds sentences, String documentId) {
    ends.clear();
    long key = documentKey(documentId);
    switch (settings.mode()) {
      case LOSSLESS -> lossless(sentences, key);
      case RECIPE -> recipe(sentences, key);
      case TRUNCATE -> truncate(sentences, key);
    }
    return blocks(sentences.ids());
  }

  private long documentKey(String documentId) {
    if (settings.shortSeqProb() == 0) {
      return 0; // nothing is drawn
    }
    return DocumentId.of(documentId).key(seed);
  }

  /** Ids wanted in the next block: the full target, or now and then a shorter one. */
  private int nextTarget(long documentKey) {
    int target = settings.target();
    if (settings.shortSeqProb() == 0) {
      return target;
    }
    long hash = SplitMix64.mix(documentKey + ends.size());
    double share = (hash >>> 11) * 0x1p-53;
    if (share >= settings.shortSeqProb()) {
      return target;
    }
    int choices = target - SHORTEST_TARGET + 1;
    return SHORTEST_TARGET + (int) Long.remainderUnsigned(SplitMix64.mix(hash), choices);
  }

  /**
   * A sentence that would overshoot begins the next block if this one is at least half full; else
   * it is split where the block is full.
   */
  private void lossless(SentenceIds sentences, long key) {
    int start = 0;
    int taken = 0;
    int target = nextTarget(key);
    for (int s = 0; s < sentences.sentences(); s++) {
      int end = sentences.end(s);
      while (taken < end) {
        boolean fits = end - start <= target;
        boolean halfFull = 2 * (taken - start) >= target;
        taken = fits ? end : halfFull ? taken : start + target;
        if (taken - start == target || !fits) {
          ends.add(taken);
          start = taken;
          target = nextTarget(key);
        }
      }
    }
    if (taken > start) {
      ends.add(taken);
    }
  }

  /** RetroMAE's rule: a block that holds the target before the next sentence is closed. */
  private void recipe(SentenceIds sentences, long key) {
    int start = 0;
    int taken = 0;
    int target = nextTarget(key);
    for (int s = 0; s < sentences.sentences(); s++) {
      if (taken - start >= target) {
        ends.add(taken);
        start = taken;
        target = nextTarget(key);
      }
      taken = sentences.end(s);
    }
    if (taken > start) {
      ends.add(taken);
    }
  }

  /** What is behind the only block is cut. */
  private void truncate(SentenceIds sentences, long key) {
    if (sentences.size() > 0) {
      ends.add(Math.min(sentences.size(), nextTarget(key)));
    }
  }

  /**
   * Copies the blocks found, cut to the full target. A last block below the minimum joins the one
   * before it if it fits, else it is dropped.
   */
  private Packed blocks(IdBuffer ids) {
    int last = ends.size() - 1;
    boolean shortTail = last >= 0 && length(last) < settings.minBlock();
    boolean joins = shortTail && last > 0 && length(last - 1) + length(last) <= settings.target();
    int count = shortTail ? last : last + 1;
    List<int[]> blocks = new ArrayList<>(count);
    long kept = 0;
    for (int b = 0; b < count; b++) {
      boolean takesTail = joins && b == count - 1;
      int length = length(b) + (takesTail ? length(last) : 0);
      blocks.add(ids.copyOf(start(b), start(b) + length));
      kept += length;
    }
    long dropped = shortTail && !joins ? length(last) : 0;
    return new Packed(blocks, ids.size() - kept - dropped, dropped);
  }

  private int start(int block) {
    return block == 0 ? 0 : ends.get(block - 1);
  }

  /** Ids of a block after the cut. */
  private int length(int block) {
    return Math.min(settings.target(), ends.get(block) - start(block));
  }
}
