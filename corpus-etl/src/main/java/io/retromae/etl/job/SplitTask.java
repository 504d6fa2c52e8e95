package io.retromae.etl.job;

import io.retromae.core.storage.Storage;
import io.retromae.etl.plan.EtlFile;
import io.retromae.etl.source.Division;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.format.SourceFile;
import io.retromae.etl.work.EtlContext;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Divides one large file; rewrites it in pieces if nothing else helps. */
final class SplitTask {
  private SplitTask() {}

  /**
   * What a divided file leaves.
   *
   * @param file its identity
   * @param splits in order; their pieces as paths within the corpus folder
   */
  record Receipt(String file, List<Split> splits) implements EtlContext.Receipt {
    @Override
    public List<String> files() {
      return splits.stream().map(Split::piece).filter(piece -> !piece.isEmpty()).toList();
    }

    /** The splits with whole paths. */
    List<Split> splits(EtlContext context) {
      return splits.stream()
          .map(s -> s.piece().isEmpty() ? s : s.withPiece(context.path(s.piece())))
          .toList();
    }
  }

  /** Name of a file's receipt. */
  static String receipt(EtlFile file) {
    return "split-%06d".formatted(file.number());
  }

  /** Divides a file, unless a receipt says that it has been done. */
  static Receipt run(EtlContext context, EtlFile file) throws IOException {
    Optional<Receipt> done = context.receipt(receipt(file), Receipt.class);
    if (done.isPresent() && done.get().file().equals(file.identity())) {
      return done.get();
    }
    Storage storage = context.storage();
    FilePart part = file.part(context.config().reader(), Split.WHOLE);
    Division division = new SourceFile(storage, part).divide();
    List<Split> splits = division.splits();
    if (division.rewriter().isPresent()) {
      String name = "_work/pieces/%06d-%s".formatted(file.number(), UUID.randomUUID());
      splits =
          division.rewriter().get().rewrite(storage, part, context.path(name)).stream()
              .map(s -> s.withPiece(s.piece().substring(context.output().length() + 1)))
              .toList();
    }
    Receipt receipt = new Receipt(file.identity(), splits);
    context.publishReceipt(receipt(file), receipt);
    return receipt;
  }
}
