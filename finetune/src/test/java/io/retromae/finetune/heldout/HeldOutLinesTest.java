package io.retromae.finetune.heldout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.finetune.data.DataSet;
import io.retromae.finetune.data.PairLine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeldOutLinesTest {
  private static PairLine line(String query, int number) {
    return new PairLine(
        query,
        List.of("p" + number),
        List.of(),
        new double[0],
        new double[0],
        PairLine.Traits.NONE);
  }

  /** Lines of which many have equal queries, in several data sets. */
  private static List<DataSet> sets(long seed, int... sizes) {
    Random random = new Random(seed);
    List<DataSet> sets = new ArrayList<>();
    int number = 0;
    for (int size : sizes) {
      List<PairLine> lines = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        lines.add(line("q" + random.nextInt(60), number++));
      }
      sets.add(new DataSet("s" + sets.size(), lines, 2, false));
    }
    return sets;
  }

  private static Set<String> queries(List<DataSet> sets) {
    Set<String> queries = new HashSet<>();
    sets.forEach(set -> set.lines().forEach(line -> queries.add(line.query())));
    return queries;
  }

  private static List<String> passages(List<DataSet> sets) {
    List<String> passages = new ArrayList<>();
    sets.forEach(set -> set.lines().forEach(line -> passages.add(line.positives().get(0))));
    return passages;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyLineIsInOneOfBothAndEqualQueriesStayTogether(long seed) {
    List<DataSet> sets = sets(seed, 40, 7, 90);
    int wanted = 1 + new Random(seed).nextInt(60);

    HeldOutLines lines = HeldOutLines.choose(sets, wanted);
    List<DataSet> trained = lines.trained(sets);
    List<DataSet> heldOut = lines.heldOut(sets);

    List<String> all = new ArrayList<>(passages(trained));
    all.addAll(passages(heldOut));
    assertEquals(137, all.size());
    assertEquals(137, new HashSet<>(all).size());
    Set<String> both = queries(trained);
    both.retainAll(queries(heldOut));
    assertEquals(Set.of(), both);
    assertEquals(passages(heldOut).size(), lines.count());
    assertTrue(lines.count() >= wanted, lines.count() + " of " + wanted);
    int largest =
        queries(heldOut).stream()
            .mapToInt(
                query ->
                    (int)
                        heldOut.stream()
                            .flatMap(set -> set.lines().stream())
                            .filter(line -> line.query().equals(query))
                            .count())
            .max()
            .orElseThrow();
    assertTrue(lines.count() < wanted + largest, "no more than the last query's lines too many");
    heldOut.forEach(set -> assertEquals(1, set.weight()));
    trained.forEach(set -> assertEquals(2, set.weight()));
  }

  @Test
  void theChoiceIsOfTheTextsNotOfTheirPlaces() {
    List<DataSet> sets = sets(3, 50, 50);
    List<PairLine> joined = new ArrayList<>(sets.get(1).lines());
    joined.addAll(sets.get(0).lines());
    List<DataSet> other = List.of(new DataSet("one", joined, 1, false));

    Set<String> held = queries(HeldOutLines.choose(sets, 20).heldOut(sets));

    assertEquals(held, queries(HeldOutLines.choose(other, 20).heldOut(other)));
    Set<String> more = queries(HeldOutLines.choose(sets, 40).heldOut(sets));
    assertTrue(more.containsAll(held), "of more lines the first are the same");
  }

  @Test
  void theChosenLinesAreThoseOfTheGoldenHashes() {
    List<PairLine> lines = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      lines.add(line("query " + i, i));
    }
    List<DataSet> sets = List.of(new DataSet("s", lines, 1, false));

    assertEquals(List.of(GOLDEN), HeldOutLines.choose(sets, 4).ofSets());
  }

  private static final List<Integer> GOLDEN = List.of(2, 3, 9, 11);

  @Test
  void withoutAnyTheDataSetsAreThemselves() {
    List<DataSet> sets = sets(1, 5, 6);

    assertSame(HeldOutLines.NONE, HeldOutLines.choose(sets, 0));
    assertEquals(sets, HeldOutLines.NONE.trained(sets));
    assertEquals(List.of(), HeldOutLines.NONE.heldOut(sets));
  }

  @Test
  void moreThanThereAreHoldsOutAll() {
    List<DataSet> sets = sets(1, 5, 6);

    HeldOutLines lines = HeldOutLines.choose(sets, 100);

    assertEquals(11, lines.count());
    assertEquals(List.of(), lines.trained(sets));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void whatRemainsIsTheListWithoutThem(long seed) {
    Random random = new Random(seed);
    List<PairLine> lines = sets(seed, 30).get(0).lines();
    int[] without = random.ints(0, 30).distinct().limit(random.nextInt(20)).sorted().toArray();
    List<PairLine> expected = new ArrayList<>(lines);
    for (int i = without.length - 1; i >= 0; i--) {
      expected.remove(without[i]);
    }

    RemainingLines remaining = new RemainingLines(lines, without);

    assertEquals(expected, remaining);
    assertThrows(IndexOutOfBoundsException.class, () -> remaining.get(remaining.size()));
    assertThrows(IndexOutOfBoundsException.class, () -> remaining.get(-1));
  }
}
