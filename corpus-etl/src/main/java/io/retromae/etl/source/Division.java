package io.retromae.etl.source;

import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * How a file can be divided.
 *
 * @param splits in order; {@link Split#WHOLE} alone if the file has to be read in one go. An
 *     array's are good guesses: a reader tells if one is wrong, see {@link
 *     FileError#SPLIT_MISMATCH}
 * @param rewriter copies the file in pieces that can be read side by side, if its format and
 *     compression leave nothing better
 */
public record Division(List<Split> splits, Optional<Rewriter> rewriter) {
  /** The file is read whole. */
  public static final Division NONE = of(List.of());

  /** Copies a file in pieces. */
  @FunctionalInterface
  public interface Rewriter {
    /**
     * Writes the pieces.
     *
     * @param prefix of the pieces' paths; nobody else may write below it
     * @return a split for each piece, in order
     */
    List<Split> rewrite(Storage storage, FilePart part, String prefix) throws IOException;
  }

  /** Takes fewer than two splits for none; who has two needs no copy. */
  public Division {
    boolean divided = splits.size() > 1;
    splits = divided ? List.copyOf(splits) : List.of(Split.WHOLE);
    rewriter = divided ? Optional.empty() : rewriter;
  }

  /** A file that can be entered at these splits, or else not at all. */
  public static Division of(List<Split> splits) {
    return new Division(splits, Optional.empty());
  }

  /** A file that can be entered at these splits, or else be copied. */
  public static Division rewritable(List<Split> splits, Rewriter rewriter) {
    return new Division(splits, Optional.of(rewriter));
  }

  /** The same if the file is worth a copy, else without one. */
  public Division rewritingAbove(long bytes, FilePart part) {
    return part.size() > bytes ? this : of(splits);
  }
}
