package io.retromae.etl.source;

import java.util.ArrayList;
import java.util.List;

/** Makes the splits of one file find exactly what one reading of the whole finds. */
public final class SplitAgreement {
  private SplitAgreement() {}

  /**
   * The splits to read after all. Behind an error nothing of a file is read. A file whose splits do
   * not meet is read by its first split alone.
   *
   * @param errors what reading each split ended with: a kind of {@link FileError}, or empty
   * @return as many splits; those that are equal to before need not be read again
   */
  public static List<Split> mended(List<Split> splits, List<String> errors) {
    boolean alone = errors.contains(FileError.SPLIT_MISMATCH);
    List<Split> mended = new ArrayList<>();
    boolean ended = false;
    for (int i = 0; i < splits.size(); i++) {
      Split split = alone ? Split.WHOLE : splits.get(i);
      mended.add(ended ? Split.NOTHING : split);
      ended = ended || alone || !errors.get(i).isEmpty();
    }
    return List.copyOf(mended);
  }
}
