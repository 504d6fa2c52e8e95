package io.retromae.etl.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Split;
import io.retromae.etl.work.EtlContext;
import io.retromae.etl.work.SplitTask;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtlContextTest {
  @TempDir Path folder;

  private EtlContext context(String output) {
    Storage storage = new Storage(new Configuration());
    return new EtlContext(List.of(), storage, storage.qualify(folder.resolve(output).toString()));
  }

  private static SplitTask.Receipt naming(String piece) {
    Split split = new Split(Split.Shape.LINES, piece, 0, 0, 9, List.of());
    return new SplitTask.Receipt("a file", List.of(split, Split.WHOLE));
  }

  @Test
  void aReceiptHoldsWhereverTheFolderIsMoved() {
    EtlContext context = context("out");
    String piece = "_work/pieces/000000-x-00000.zst";

    context.publishReceipt("split", naming(piece));

    SplitTask.Receipt read = context.receipt("split", SplitTask.Receipt.class).orElseThrow();
    assertEquals(
        List.of(context("moved").output() + "/" + piece, ""),
        read.splits(context("moved").folder()).stream().map(Split::piece).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../victim/x.zst",
        "/etc/passwd",
        "file:/tmp/x",
        "_work/pieces/../../x",
        "_work/x",
        "data/",
        "elsewhere/x",
        "_work/pieces/.x"
      })
  void aReceiptThatNamesFilesElsewhereIsRefused(String name) {
    EtlContext context = context("out");
    context.publishReceipt("split", naming(name));

    var failure =
        assertThrows(
            CorruptDataException.class, () -> context.receipt("split", SplitTask.Receipt.class));

    assertTrue(
        failure.getMessage().contains("/_work/receipts/split.json: a file is '" + name + "'"),
        failure.getMessage());
  }
}
