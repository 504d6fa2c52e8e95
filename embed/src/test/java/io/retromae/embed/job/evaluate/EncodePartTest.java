package io.retromae.embed.job.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.shard.ColumnTable;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.embed.encoder.EncoderOptions;
import io.retromae.embed.job.EmbedCounters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A part of texts becomes one of vectors. */
class EncodePartTest {
  @TempDir Path folder;

  private VectorSet.Part part(int count) {
    StoredTexts texts = new StoredTexts(folder + "/texts", count);
    return new VectorSet.Part(
        new VectorSet(
            texts,
            EncoderFolder.open(EvaluationRun.STORAGE, EvaluationRun.MODEL.toString())
                .spec(EncoderOptions.DEFAULTS),
            "",
            folder.toString(),
            "vectors"),
        0);
  }

  @Test
  void vectorsOfFewerTextsAreNotDone() throws IOException {
    try (ColumnTable.Writer writer =
        new ColumnTable.Writer(
            EvaluationRun.STORAGE,
            folder.toString(),
            "texts/" + StoredTexts.partName(0),
            StoredTexts.COLUMNS,
            16)) {
      writer.text("a").text("ka").endRow();
      writer.text("b").text("ke").endRow();
      writer.commit();
    }
    EmbedCounters counters = EmbedCounters.register(EvaluationRun.shared());

    ClusterException e =
        assertThrows(
            ClusterException.class, () -> EncodePart.run(EvaluationRun.STORAGE, part(3), counters));
    assertTrue(e.getMessage().contains("2 vectors of 3 texts"), e.getMessage());
    assertFalse(Files.exists(Path.of(part(3).set().receipt(0))));

    EncodePart.run(EvaluationRun.STORAGE, part(2), counters);
    assertEquals(
        2, EncodePart.receipt(EvaluationRun.STORAGE, part(2).set(), 0).orElseThrow().rows());
  }
}
