package io.retromae.finetune.contrastive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What a block of m queries, or of m passages, is scored with: runs of the other kind, one tile
 * each, and the scores in them that do not count.
 */
final class Tiles {
  private final int blockSize;
  private final boolean blockIsRows;
  private final List<Tile> tiles = new ArrayList<>();

  /**
   * A run of rows.
   *
   * @param from first row, among all
   * @param count rows
   * @param number of the first among its kind
   * @param hidden places in the tile's scores
   */
  private record Tile(int from, int count, int number, LongStream.Builder hidden) {}

  /**
   * None yet.
   *
   * @param blockSize m
   * @param blockIsRows whether the block's are the rows of a tile, or its columns
   */
  Tiles(int blockSize, boolean blockIsRows) {
    this.blockSize = blockSize;
    this.blockIsRows = blockIsRows;
  }

  /** Adds rows, cut into runs; in the order of their numbers. */
  void add(int from, int count, int number, int most) {
    for (int at = 0; at < count; at += most) {
      int run = Math.min(most, count - at);
      tiles.add(new Tile(from + at, run, number + at, LongStream.builder()));
    }
  }

  /**
   * Leaves out one score, if it is in a tile at all.
   *
   * @param inBlock which one of the block
   * @param number of the other one, among its kind
   * @return whether it is in a tile
   */
  boolean hide(int inBlock, int number) {
    int low = 0;
    int high = tiles.size();
    while (low < high) { // the first tile that ends behind the number
      int middle = (low + high) >>> 1;
      Tile tile = tiles.get(middle);
      if (tile.number() + tile.count() <= number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    boolean there = low < tiles.size() && tiles.get(low).number() <= number;
    if (there) {
      Tile tile = tiles.get(low);
      long offset = number - tile.number();
      tile.hidden()
          .add(blockIsRows ? (long) inBlock * tile.count() + offset : offset * blockSize + inBlock);
    }
    return there;
  }

  /** Scores of each one of the block. */
  int width() {
    return tiles.stream().mapToInt(Tile::count).sum();
  }

  int count() {
    return tiles.size();
  }

  /** [T, 3] first row, end, number of the first. */
  long[] bounds() {
    return tiles.stream()
        .flatMapToLong(
            tile -> LongStream.of(tile.from(), tile.from() + tile.count(), tile.number()))
        .toArray();
  }

  /**
   * Scores that do not count.
   *
   * @param places of all tiles, one tile after the other
   * @param ends [T] where each tile's places end
   */
  record Hidden(long[] places, long[] ends) {}

  /** What was hidden; nothing more can be afterwards. */
  Hidden hidden() {
    LongStream.Builder places = LongStream.builder();
    long[] ends = new long[tiles.size()];
    long end = 0;
    for (int i = 0; i < ends.length; i++) {
      long[] ofTile = tiles.get(i).hidden().build().toArray();
      Arrays.stream(ofTile).forEach(places::add);
      end += ofTile.length;
      ends[i] = end;
    }
    return new Hidden(places.build().toArray(), ends);
  }
}
