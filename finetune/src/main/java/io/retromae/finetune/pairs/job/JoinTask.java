package io.retromae.finetune.pairs.job;

import io.retromae.core.hash.Sha256;
import io.retromae.spark.WorkFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;

/** Puts the parts of one data set one behind the other: a data set is a file. */
final class JoinTask {
  private JoinTask() {}

  /**
   * What is to be joined.
   *
   * @param set data set
   * @param pairs in all parts
   * @param parts files within the output folder, in order
   */
  record Work(PairSet set, long pairs, List<String> parts) implements Serializable {
    /** Copies. */
    Work {
      parts = List.copyOf(parts);
    }
  }

  /** Writes the file of a data set, in the place of one that may be there; whole or not at all. */
  static PairsManifest.DataSet run(WorkFolder folder, Work work) throws IOException {
    String name = "data/%s.jsonl.gz".formatted(work.set().name());
    MessageDigest digest = Sha256.newDigest();
    folder
        .storage()
        .publish(
            folder.path(name),
            out -> {
              digest.reset();
              DigestOutputStream digesting = new DigestOutputStream(out, digest);
              for (String part : work.parts()) {
                try (InputStream in = folder.storage().open(folder.path(part))) {
                  in.transferTo(digesting);
                }
              }
            });
    return new PairsManifest.DataSet(
        name,
        work.set().source(),
        work.set().kind(),
        work.pairs(),
        folder.storage().size(folder.path(name)),
        Sha256.hex(digest));
  }
}
