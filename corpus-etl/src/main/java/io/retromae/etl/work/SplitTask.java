package io.retromae.etl.work;

import io.retromae.etl.plan.EtlFile;
import io.retromae.etl.source.Division;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.format.SourceFile;
import io.retromae.spark.Receipts;
import io.retromae.spark.WorkFolder;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Divides one large file; rewrites it in pieces if nothing else helps. */
public final class SplitTask {
  private SplitTask() {}

  /**
   * What a divided file leaves.
   *
   * @param file its identity
   * @param splits in order; their pieces as paths within the output folder
   */
  public record Receipt(String file, List<Split> splits) implements Receipts.Receipt {
    private static final long serialVersionUID = 1L;

    @Override
    public List<String> files() {
      return splits.stream().map(Split::piece).filter(piece -> !piece.isEmpty()).toList();
    }

    /** The splits with whole paths. */
    public List<Split> splits(WorkFolder folder) {
      return splits.stream()
          .map(s -> s.piece().isEmpty() ? s : s.withPiece(folder.path(s.piece())))
          .toList();
    }
  }

  /** Name of a file's receipt. */
  static String receipt(EtlFile file) {
    return String.format(Locale.ROOT, "split-%06d", file.number());
  }

  /** Divides a file, unless a receipt says that it has been done. */
  public static void run(WorkFolder folder, ReaderSettings reader, EtlFile file)
      throws IOException {
    Optional<Receipt> done = folder.receipts().read(receipt(file), Receipt.class);
    if (done.isPresent() && done.get().file().equals(file.identity())) {
      return;
    }
    FilePart part = file.part(reader, Split.WHOLE);
    Division division = new SourceFile(folder.storage(), part).divide();
    List<Split> splits = division.splits();
    if (division.rewriter().isPresent()) {
      String name =
          String.format(Locale.ROOT, "_work/pieces/%06d-%s", file.number(), UUID.randomUUID());
      splits =
          division.rewriter().get().rewrite(folder.storage(), part, folder.path(name)).stream()
              .map(s -> s.withPiece(s.piece().substring(folder.output().length() + 1)))
              .toList();
    }
    folder.receipts().publish(receipt(file), new Receipt(file.identity(), splits));
  }
}
