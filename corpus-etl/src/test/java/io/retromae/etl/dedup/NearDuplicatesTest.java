package io.retromae.etl.dedup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.etl.language.Language;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NearDuplicatesTest {
  private final RandomTexts texts = new RandomTexts(7);

  @Test
  void resultsDoNotDependOnPartitionsNorOnOrder() {
    DedupSettings settings = DedupRun.settings();
    List<String> documents = texts.withDuplicates(250);
    List<DocumentRow> rows = DedupRun.rows(documents, Language.EN, settings);
    List<DocumentRow> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(1));
    DedupPlan one = DedupRun.plan(settings, documents.size(), 1);
    DedupPlan two = new DedupPlan(settings, one.units(), 2, "", false, -1);
    DedupPlan seven = DedupRun.plan(settings, documents.size(), 7);

    DedupRun.Found expected = DedupRun.of(rows, documents, Language.EN, one);

    assertEquals(expected, DedupRun.of(rows, documents, Language.EN, two));
    assertEquals(expected, DedupRun.of(shuffled, documents, Language.EN, seven));
    assertFalse(expected.exact().isEmpty());
    assertFalse(expected.near().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exact=true",
        "exact=false",
        "minhash.enabled=false",
        "minhash.verify_jaccard=0",
        "minhash.max_bucket=10"
      })
  void oneTaskDecidesAsThePassesOnTheClusterDo(String setting) {
    DedupSettings settings = DedupRun.settings(setting);
    List<String> documents = new ArrayList<>(texts.withDuplicates(200));
    String boilerplate = texts.words(100);
    for (int i = 0; i < 30; i++) {
      documents.add(boilerplate + " " + texts.words(3));
    }
    List<DocumentRow> rows = DedupRun.rows(documents, Language.EN, settings);
    DedupPlan passes = DedupRun.plan(settings, documents.size(), 2);
    DedupPlan oneTask = new DedupPlan(settings, passes.units(), 2, "", true, 0);

    assertEquals(
        DedupRun.of(rows, documents, Language.EN, passes),
        DedupRun.of(rows, documents, Language.EN, oneTask));
  }

  @Test
  void ofExactDuplicatesTheSmallestIdIsKeptOfNearOnesTheLongest() {
    String text = texts.words(300);
    String longer = text + " and a little more of it";
    List<String> documents = List.of(text, longer, text.replace(' ', ','), texts.words(300));
    DedupSettings settings = DedupRun.settings();
    List<DocumentRow> rows = DedupRun.rows(documents, Language.EN, settings);
    boolean firstIsSmaller = Long.compareUnsigned(rows.get(0).idHigh(), rows.get(2).idHigh()) < 0;

    DedupRun.Found found = DedupRun.of(documents, Language.EN, settings);

    assertEquals(Set.of(firstIsSmaller ? 2 : 0), found.exact());
    assertEquals(Set.of(firstIsSmaller ? 0 : 2), found.near());
    assertEquals(1, found.statistics().exactGroups());
    assertEquals(1, found.statistics().verifiedEdges());
    assertEquals(1L, found.statistics().clusterSizes().get(2L));
    int kept = DedupRun.text(found.statistics().biggestClusters().get(0).places().get(0));
    assertEquals(1, kept);
  }

  @Test
  void largeBucketsAreReportedAndLeaveOneDocument() {
    String text = texts.words(100);
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      documents.add(text + " " + texts.words(3));
    }
    DedupSettings settings = DedupRun.settings("minhash.max_bucket=10");

    DedupRun.Found found = DedupRun.of(documents, Language.EN, settings);

    assertEquals(39, found.near().size());
    assertTrue(found.statistics().largeBuckets() > 0);
    assertTrue(found.statistics().largestBuckets().get(0).documents() > 10);
    assertEquals(40, found.statistics().biggestClusters().get(0).documents());
    assertEquals(1L, found.statistics().clusterSizes().get(32L));
  }

  @Test
  void switchedOffNothingIsDropped() {
    String text = texts.words(100);
    DedupSettings settings = DedupRun.settings("exact=false", "minhash.enabled=false");

    DedupRun.Found found = DedupRun.of(List.of(text, text), Language.EN, settings);

    assertEquals(Set.of(), found.exact());
    assertEquals(Set.of(), found.near());
    assertEquals(2, found.statistics().documents());
  }
}
