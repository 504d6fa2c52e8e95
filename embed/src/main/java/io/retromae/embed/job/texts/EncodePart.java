package io.retromae.embed.job.texts;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.embed.encoder.TextEncoder;
import io.retromae.embed.encoder.WindowEncoder;
import io.retromae.embed.job.EmbedCounters;
import io.retromae.embed.job.TaskPlace;
import io.retromae.embed.vector.VectorColumns;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.embed.vector.VectorWriter;
import io.retromae.spark.Receipts;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Embeds a part of a set's texts, unless its receipt says that it has been done. */
final class EncodePart {
  /** Texts that are long together end a window early, so that they fit in memory. */
  private static final long WINDOW_CHARACTERS = 16 << 20;

  private EncodePart() {}

  /**
   * What a part leaves.
   *
   * @param file of its vectors, within the set's folder
   * @param rows vectors
   * @param bytes of the file
   */
  record Receipt(String file, long rows, long bytes) implements Receipts.Receipt {
    @Override
    public List<String> files() {
      return List.of(file);
    }
  }

  /** Name of a file of vectors. */
  static final Pattern FILE = Pattern.compile("\\d{5}-[0-9a-f-]{36}\\.parquet");

  /** Where it is noted which parts of a folder of vectors are done. */
  static Receipts receipts(Storage storage, String folder) {
    return new Receipts(storage, folder, FILE);
  }

  /** Name of a part's receipt. */
  static String receiptName(int part) {
    return String.format(Locale.ROOT, "%05d", part);
  }

  /** The receipt of a part; empty if it is not done, or its file is not there as it was. */
  static Optional<Receipt> receipt(Storage storage, String folder, int part) throws IOException {
    Optional<Receipt> receipt = receipts(storage, folder).read(receiptName(part), Receipt.class);
    try {
      boolean whole =
          receipt.isPresent()
              && storage.size(folder + "/" + receipt.get().file()) == receipt.get().bytes();
      return whole ? receipt : Optional.empty();
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Embeds the part; returns the name of its file. */
  static String run(Storage storage, VectorSet.Part part, EmbedCounters counters)
      throws IOException {
    VectorSet set = part.set();
    Optional<Receipt> done = receipt(storage, set.folder(), part.number());
    if (done.isPresent()) {
      counters.earlier().add(done.get().rows());
      return done.get().file();
    }
    String file = String.format(Locale.ROOT, "%05d-%s.parquet", part.number(), UUID.randomUUID());
    try (TextEncoder encoder = SharedEncoder.acquire(storage, set.spec(), TaskPlace.here());
        ColumnTable.Reader texts =
            new ColumnTable.Reader(storage, set.texts().path(part.number()), StoredTexts.COLUMNS);
        VectorWriter writer =
            VectorFiles.createParquet(
                storage, set.output(), set.name() + "/" + file, VectorColumns.DEFAULT)) {
      boolean more = true;
      while (more) {
        more = window(texts, set.instruction(), encoder, writer, counters);
      }
      VectorWriter.Written written = writer.commit();
      long expected = set.texts().rows(part.number());
      if (written.rows() != expected) {
        throw new ClusterException(
            "%s: %,d vectors of %,d texts; another attempt makes them"
                .formatted(set.texts().path(part.number()), written.rows(), expected));
      }
      receipts(storage, set.folder())
          .publish(receiptName(part.number()), new Receipt(file, written.rows(), written.bytes()));
      return file;
    }
  }

  /** Embeds some texts; whether there may be more. */
  private static boolean window(
      ColumnTable.Reader rows,
      String instruction,
      TextEncoder encoder,
      VectorWriter writer,
      EmbedCounters counters)
      throws IOException {
    List<String> ids = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    long characters = 0;
    boolean more = true;
    while (more && texts.size() < WindowEncoder.WINDOW && characters < WINDOW_CHARACTERS) {
      more = rows.next();
      if (more) {
        ids.add(rows.text(StoredTexts.ID));
        texts.add(instruction + rows.text(StoredTexts.TEXT));
        characters += texts.get(texts.size() - 1).length();
      }
    }
    float[][] vectors = encoder.encode(texts);
    for (int i = 0; i < vectors.length; i++) {
      writer.append(ids.get(i), vectors[i]);
    }
    counters.texts().add(vectors.length);
    return more;
  }
}
