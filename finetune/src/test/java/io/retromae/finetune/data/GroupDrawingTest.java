package io.retromae.finetune.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GroupDrawingTest {
  private static final LineRef FIRST = new LineRef(0, 0, 0);

  private static GroupDrawing drawing(PairLine... lines) {
    return new GroupDrawing(List.of(new DataSet("set", List.of(lines), 1, false)), 42);
  }

  @Test
  void aGroupIsAFunctionOfSeedEpochDataSetLineAndRepeat() {
    DataSet set = Lines.set("set", 50, 20, PairLine.Traits.NONE);
    GroupDrawing drawing = new GroupDrawing(List.of(set, set), 42);
    List<String> drawn = drawing.draw(new LineRef(0, 7, 0), 8, 3).passages();

    assertEquals(
        drawn, new GroupDrawing(List.of(set, set), 42).draw(new LineRef(0, 7, 0), 8, 3).passages());
    assertFalse(
        drawn.equals(
            new GroupDrawing(List.of(set), 43).draw(new LineRef(0, 7, 0), 8, 3).passages()));
    assertFalse(drawn.equals(drawing.draw(new LineRef(0, 7, 0), 8, 4).passages()));
    assertFalse(drawn.equals(drawing.draw(new LineRef(1, 7, 0), 8, 3).passages()));
    assertFalse(drawn.equals(drawing.draw(new LineRef(0, 7, 1), 8, 3).passages()));
  }

  @Test
  void positivesAreDrawnEvenlyAndNegativesWithoutReplacement() {
    GroupDrawing drawing =
        drawing(Lines.of("q", List.of("a", "b", "c"), List.of("1", "2", "3", "4", "5")));
    Map<String, Integer> times = new HashMap<>();
    for (int epoch = 0; epoch < 3_000; epoch++) {
      List<String> passages = drawing.draw(FIRST, 4, epoch).passages();
      passages.forEach(text -> times.merge(text, 1, Integer::sum));
      assertEquals(4, new HashSet<>(passages).size());
      assertTrue(Set.of("a", "b", "c").contains(passages.get(0)));
    }
    for (String positive : List.of("a", "b", "c")) {
      assertEquals(1_000, times.get(positive), 150); // 5 deviations
    }
    for (String negative : List.of("1", "2", "3", "4", "5")) {
      assertEquals(1_800, times.get(negative), 150);
    }
  }

  @Test
  void fewNegativesAreRepeatedAsEvenlyAsTheyCan() {
    GroupDrawing drawing = drawing(Lines.of("q", List.of("p"), List.of("1", "2")));
    for (int epoch = 0; epoch < 100; epoch++) {
      List<String> passages = drawing.draw(FIRST, 6, epoch).passages();

      assertEquals(6, passages.size());
      int ones = Collections.frequency(passages, "1");
      assertTrue(ones == 2 || ones == 3, passages.toString());
    }
  }

  @Test
  void missingNegativesComeFromOtherLinesAndAreNoPositives() {
    GroupDrawing drawing =
        drawing(
            Lines.of("q", List.of("p", "same"), List.of()),
            Lines.of("r", List.of("same"), List.of("p", "x")),
            Lines.of("s", List.of("y"), List.of()));
    Set<String> seen = new HashSet<>();
    for (int epoch = 0; epoch < 50; epoch++) {
      List<String> negatives = drawing.draw(FIRST, 3, epoch).passages().subList(1, 3);
      seen.addAll(negatives);
      assertEquals(2, new HashSet<>(negatives).size());
    }

    assertEquals(Set.of("x", "y"), seen);
  }

  @Test
  void positivesOfAnEqualQueryAreNoNegatives() {
    GroupDrawing drawing =
        drawing(
            Lines.of("q", List.of("p"), List.of()),
            Lines.of("q", List.of("also"), List.of("n")),
            Lines.of("r", List.of("x"), List.of()),
            Lines.of("s", List.of("y"), List.of()));
    for (int epoch = 0; epoch < 50; epoch++) {
      List<String> drawn = drawing.draw(FIRST, 3, epoch).passages();
      assertEquals(Set.of("p", "x", "y"), new HashSet<>(drawn));
    }
  }

  @Test
  void tooFewOtherPassagesAreSaid() {
    GroupDrawing drawing =
        drawing(Lines.of("q", List.of("p"), List.of()), Lines.of("r", List.of("x"), List.of()));

    ConfigException refused = assertThrows(ConfigException.class, () -> drawing.draw(FIRST, 3, 0));

    assertTrue(refused.getMessage().contains("line 1"), refused.getMessage());
    assertTrue(refused.getMessage().contains("train_group_size = 3"), refused.getMessage());
  }

  @Test
  void aTeachersScoresFollowThePassages() {
    PairLine line =
        new PairLine(
            "q",
            List.of("p1", "p2"),
            List.of("n3", "n4", "n5"),
            new double[] {1, 2},
            new double[] {3, 4, 5},
            PairLine.Traits.NONE);
    for (int epoch = 0; epoch < 20; epoch++) {
      GroupDrawing.Group group = drawing(line).draw(FIRST, 3, epoch);

      double[] want =
          group.passages().stream().mapToDouble(t -> Double.parseDouble(t.substring(1))).toArray();
      assertArrayEquals(want, group.teacher());
    }
  }

  @Test
  void aGroupOfOneIsThePositive() {
    PairLine line = Lines.of("q", List.of("p"), List.of());

    assertEquals(List.of("p"), drawing(line).draw(FIRST, 1, 0).passages());
  }
}
