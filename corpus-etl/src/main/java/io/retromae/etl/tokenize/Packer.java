package io.retromae.etl.tokenize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Packs the sentences of one document into blocks of token ids; blocks never cross documents. */
public final class Packer {
  private final PackingSettings settings;

  /** A packer with these settings. */
  public Packer(PackingSettings settings) {
    this.settings = settings;
  }

  /**
   * What became of a document.
   *
   * @param blocks samples, in order
   * @param cut ids lost because a block was too long
   * @param droppedTail ids lost because the rest of the document was too short
   */
  public record Packed(List<int[]> blocks, long cut, long droppedTail) {}

  /** Packs sentences of token ids. */
  public Packed pack(List<int[]> sentences) {
    return switch (settings.mode()) {
      case LOSSLESS -> withTail(lossless(sentences), 0);
      case RECIPE -> cut(recipe(sentences, settings.target()));
      case TRUNCATE -> cut(List.of(join(sentences)));
    };
  }

  /**
   * A sentence that would overshoot begins the next block if this one is at least half full; else
   * it is split where the block is full.
   */
  private List<int[]> lossless(List<int[]> sentences) {
    int target = settings.target();
    List<int[]> blocks = new ArrayList<>();
    int[] block = new int[target];
    int size = 0;
    for (int[] sentence : sentences) {
      int taken = 0;
      while (taken < sentence.length) {
        int left = sentence.length - taken;
        if (size + left > target && 2 * size >= target) {
          blocks.add(Arrays.copyOf(block, size));
          size = 0;
        }
        int part = Math.min(left, target - size);
        System.arraycopy(sentence, taken, block, size, part);
        size += part;
        taken += part;
        if (size == target) {
          blocks.add(Arrays.copyOf(block, size));
          size = 0;
        }
      }
    }
    if (size > 0) {
      blocks.add(Arrays.copyOf(block, size));
    }
    return blocks;
  }

  /** RetroMAE's rule: a block that holds the target before the next sentence is closed. */
  static List<int[]> recipe(List<int[]> sentences, int target) {
    List<int[]> blocks = new ArrayList<>();
    List<int[]> open = new ArrayList<>();
    int size = 0;
    for (int[] sentence : sentences) {
      if (size >= target) {
        blocks.add(join(open));
        open.clear();
        size = 0;
      }
      open.add(sentence);
      size += sentence.length;
    }
    if (size > 0) {
      blocks.add(join(open));
    }
    return blocks;
  }

  private Packed cut(List<int[]> blocks) {
    int target = settings.target();
    List<int[]> kept = new ArrayList<>();
    long lost = 0;
    for (int[] block : blocks) {
      lost += Math.max(0, block.length - target);
      kept.add(block.length > target ? Arrays.copyOf(block, target) : block);
    }
    return withTail(kept, lost);
  }

  /** A last block below the minimum joins the one before it if it fits, else it is dropped. */
  private Packed withTail(List<int[]> blocks, long cut) {
    List<int[]> kept = new ArrayList<>(blocks);
    if (kept.isEmpty() || kept.get(kept.size() - 1).length >= settings.minBlock()) {
      return new Packed(kept, cut, 0);
    }
    int[] tail = kept.remove(kept.size() - 1);
    if (!kept.isEmpty()) {
      int[] before = kept.get(kept.size() - 1);
      if (before.length + tail.length <= settings.target()) {
        kept.set(kept.size() - 1, join(List.of(before, tail)));
        return new Packed(kept, cut, 0);
      }
    }
    return new Packed(kept, cut, tail.length);
  }

  private static int[] join(List<int[]> parts) {
    return parts.stream().flatMapToInt(Arrays::stream).toArray();
  }
}
