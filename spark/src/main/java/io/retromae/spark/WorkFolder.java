package io.retromae.spark;

import io.retromae.core.storage.FileNames;
import io.retromae.core.storage.Storage;
import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * The folder of a job's result, with work that is not finished below it.
 *
 * @param storage reaches the folder
 * @param output qualified
 */
public record WorkFolder(Storage storage, String output) implements Serializable {
  /** Names of files that receipts tell. */
  private static final Pattern FILE =
      Pattern.compile("(_work/[a-z]+|cleaned|data|quarantine)/" + FileNames.PLAIN.pattern());

  /** Folder of work that is not finished. */
  public String work() {
    return output + "/_work";
  }

  /** A file that a receipt tells. */
  public String path(String file) {
    return output + "/" + file;
  }

  /** Where finished work is noted. */
  public Receipts receipts() {
    return new Receipts(storage, work() + "/receipts", FILE);
  }
}
