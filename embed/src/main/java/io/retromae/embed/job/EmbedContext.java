package io.retromae.embed.job;

import io.retromae.core.storage.FileNames;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.spark.Receipts;
import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * What every task gets: the encoder, the storage and where finished work is noted.
 *
 * @param storage reaches inputs, model and output
 * @param output qualified folder
 * @param encoder the model and how it is used
 * @param instruction put before each text; may be empty
 * @param format of the vectors
 * @param rowsPerFile most rows of an output file
 */
record EmbedContext(
    Storage storage,
    String output,
    EncoderSpec encoder,
    String instruction,
    EmbedConfig.Format format,
    int rowsPerFile)
    implements Serializable {
  /** Names of files that receipts tell. */
  private static final Pattern FILE =
      Pattern.compile("(_work/ids|vectors|npy)/" + FileNames.PLAIN.pattern());

  /** A file that a receipt tells. */
  String path(String file) {
    return output + "/" + file;
  }

  /** Where finished work is noted. */
  Receipts receipts() {
    return new Receipts(storage, output + "/_work/receipts", FILE);
  }
}
