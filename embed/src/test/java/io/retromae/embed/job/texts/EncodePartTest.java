package io.retromae.embed.job.texts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.embed.encoder.EncoderOptions;
import io.retromae.embed.job.EmbedCounters;
import io.retromae.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A part of texts becomes one of vectors. */
class EncodePartTest {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final Path MODEL = Path.of(System.getProperty("finetune.golden.dir"), "tiny");

  @TempDir Path folder;

  private VectorSet.Part part(int count) {
    StoredTexts texts = new StoredTexts(folder.toString(), "texts", count);
    return new VectorSet.Part(
        new VectorSet(
            texts,
            EncoderFolder.open(STORAGE, MODEL.toString()).spec(EncoderOptions.DEFAULTS),
            "",
            "vectors"),
        0);
  }

  @Test
  void vectorsOfFewerTextsAreNotDone() throws IOException {
    try (ColumnTable.Writer writer =
        new ColumnTable.Writer(
            STORAGE,
            folder.toString(),
            "texts/" + StoredTexts.partName(0),
            StoredTexts.COLUMNS,
            16)) {
      writer.text("a").text("ka").endRow();
      writer.text("b").text("ke").endRow();
      writer.commit();
    }
    EmbedCounters counters = EmbedCounters.register(LocalSpark.shared());

    ClusterException e =
        assertThrows(ClusterException.class, () -> EncodePart.run(STORAGE, part(3), counters));
    assertTrue(e.getMessage().contains("2 vectors of 3 texts"), e.getMessage());
    assertFalse(Files.exists(folder.resolve("vectors/00000.json")));

    EncodePart.run(STORAGE, part(2), counters);
    assertEquals(2, EncodePart.receipt(STORAGE, part(2).set().folder(), 0).orElseThrow().rows());
  }
}
