package io.retromae.embed.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.embed.encoder.TextEncoder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedRowsTest {
  private static final AtomicInteger TAKEN = new AtomicInteger();
  private static final AtomicInteger GIVEN_BACK = new AtomicInteger();
  private static final AtomicInteger ENCODED = new AtomicInteger();

  /** An encoder whose vectors are lengths of texts; tasks are threads of this process. */
  private record Lengths() implements EmbedRows.Source {
    @Override
    public TextEncoder acquire() {
      TAKEN.incrementAndGet();
      return new TextEncoder() {
        @Override
        public int width() {
          return 1;
        }

        @Override
        public float[][] encode(List<String> texts) {
          ENCODED.addAndGet(texts.size());
          if (texts.contains("broken")) {
            throw new IllegalStateException("as asked for");
          }
          return texts.stream().map(t -> new float[] {t.length()}).toArray(float[][]::new);
        }

        @Override
        public int[] ids(String text) {
          throw new UnsupportedOperationException("rows have texts, no ids");
        }

        @Override
        public float[][] encodeIds(List<int[]> ids) {
          throw new UnsupportedOperationException("rows have texts, no ids");
        }

        @Override
        public void close() {
          GIVEN_BACK.incrementAndGet();
        }
      };
    }
  }

  private static final EmbedRows PLAN =
      new EmbedRows(new Lengths(), 1, new EmbedRows.Texts(""), VectorOutput.ARRAY);

  @BeforeEach
  void reset() {
    Stream.of(TAKEN, GIVEN_BACK, ENCODED).forEach(count -> count.set(0));
  }

  private static Dataset<Row> embedded(Dataset<Row> texts) {
    return texts.mapPartitions(
        PLAN, Encoders.row(texts.schema().add(VectorOutput.ARRAY.field("vector"))));
  }

  @Test
  void everyTaskGivesItsEncoderBackAlsoWhenFewRowsAreWanted() {
    Dataset<Row> texts = LocalSql.texts(LocalSql.many(1_000)).coalesce(1);

    List<Row> few = embedded(texts).takeAsList(3);

    assertEquals(3, few.size());
    assertEquals(1, TAKEN.get());
    assertEquals(1, GIVEN_BACK.get());
    assertEquals(64, ENCODED.get());
  }

  @Test
  void taskThatFailsGivesItsEncoderBack() {
    Dataset<Row> texts = LocalSql.texts("broken").coalesce(1);

    SparkException e = assertThrows(SparkException.class, () -> embedded(texts).collectAsList());

    assertTrue((e.toString() + e.getCause()).contains("as asked for"), e.toString());
    assertEquals(TAKEN.get(), GIVEN_BACK.get());
  }

  @Test
  void partitionWithoutTextsLoadsNoModel() {
    embedded(LocalSql.texts(null, null)).collectAsList();

    assertEquals(0, TAKEN.get());
  }

  @Test
  void windowsGrowAndLongRowsCloseThem() {
    Row small = RowFactory.create(1, "red");
    Row large = RowFactory.create(1, "x".repeat(20 << 20));

    assertEquals(
        List.of(64, 128, 256, 512, 1024, 2048, 4096, 4096, 1), windows(small, 12_225).toList());
    assertEquals(List.of(2, 2, 1), windows(large, 5).toList());
  }

  private static Stream<Integer> windows(Row row, int count) {
    RowWindow window = new RowWindow();
    Iterator<Row> rows = IntStream.range(0, count).mapToObj(i -> row).iterator();
    List<Integer> sizes = new ArrayList<>();
    while (rows.hasNext()) {
      sizes.add(window.next(rows).size());
    }
    return sizes.stream();
  }
}
