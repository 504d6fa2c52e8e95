package io.retromae.etl.dedup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.retromae.spark.LocalSpark;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

class FrequentLinesTest {
  private static final String NOTICE = "All rights reserved, copyright 2024 by us";
  private static final DedupSettings.LineSettings SETTINGS =
      DedupRun.settings("lines.max_documents=3").lines();

  @Test
  void linesInMoreDocumentsOfASourceThanAllowedAreDropped() {
    FrequentLines lines = frequent(4);

    assertEquals(1, lines.count());
    assertEquals("one\ntwo", lines.without("web", "one\n" + NOTICE + "\ntwo"));
    assertEquals("one\n", lines.without("web", "one\n" + NOTICE + "\n"));
    assertEquals("one", lines.without("web", "one\n" + NOTICE));
    assertEquals("", lines.without("web", NOTICE));
    assertEquals("two", lines.without("web", "ALL RIGHTS RESERVED: copyright 1999 by us\ntwo"));
  }

  @Test
  void otherSourcesKeepTheirLines() {
    String text = "one\n" + NOTICE;

    assertSame(text, frequent(4).without("books", text));
  }

  @Test
  void linesInAsManyDocumentsAsAllowedStay() {
    assertEquals(0, frequent(3).count());
  }

  @Test
  void shortLinesHaveNoHash() {
    assertEquals(0, LineHashes.of("short\n" + "! ".repeat(50), 20).length);
    assertEquals(1, LineHashes.of(NOTICE + "\n" + NOTICE + "\n", 20).length);
  }

  /** Of documents of one source that all have the notice, twice, and one of another source. */
  private static FrequentLines frequent(int documents) {
    List<Tuple2<String, long[]>> hashes = new ArrayList<>();
    for (int i = 0; i < documents; i++) {
      String text = NOTICE + "\nshort\nthis is line number " + "x".repeat(i) + "\n" + NOTICE;
      hashes.add(new Tuple2<>("web", LineHashes.of(text, SETTINGS.minUnits())));
    }
    hashes.add(new Tuple2<>("books", LineHashes.of(NOTICE, SETTINGS.minUnits())));
    JavaSparkContext context = LocalSpark.shared();
    JavaPairRDD<String, long[]> rows = context.parallelizePairs(hashes, 3);
    return LineCounts.frequent(LocalSpark.session(), rows, SETTINGS);
  }
}
