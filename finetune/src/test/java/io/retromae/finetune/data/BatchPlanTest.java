package io.retromae.finetune.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchPlanTest {
  private static BatchPlan.Rules rules(BatchPlan.Mode mode, int batch, int shards) {
    return new BatchPlan.Rules(mode, batch, 4, shards, 42);
  }

  private static List<LineRef> step(BatchPlan plan, int step, int shards) {
    List<LineRef> lines = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      lines.addAll(plan.lines(step, shard));
    }
    return lines;
  }

  @ParameterizedTest
  @EnumSource
  void everyLineIsReadOnceButTheRemainder(BatchPlan.Mode mode) {
    List<DataSet> sets = List.of(Lines.set("a", 50), Lines.set("b", 23));
    BatchPlan plan = BatchPlan.of(sets, rules(mode, 8, 4), 0);
    Set<LineRef> seen = new HashSet<>();
    for (int step = 0; step < plan.steps(); step++) {
      List<LineRef> lines = step(plan, step, 4);
      assertEquals(8, lines.size());
      lines.forEach(line -> assertTrue(seen.add(line), line.toString()));
    }

    assertEquals(73, seen.size() + plan.leftOut());
    assertEquals(mode == BatchPlan.Mode.MIXED ? 9 : 6 + 2, plan.steps());
  }

  @ParameterizedTest
  @EnumSource
  void stepsAreTheSameForAnyNumberOfShardsAndAnewInEachEpoch(BatchPlan.Mode mode) {
    List<DataSet> sets = List.of(Lines.set("a", 50), Lines.set("b", 23));
    BatchPlan one = BatchPlan.of(sets, rules(mode, 8, 1), 0);
    BatchPlan four = BatchPlan.of(sets, rules(mode, 8, 4), 0);
    BatchPlan later = BatchPlan.of(sets, rules(mode, 8, 4), 1);

    assertEquals(one.steps(), four.steps());
    for (int step = 0; step < one.steps(); step++) {
      assertEquals(step(one, step, 1), step(four, step, 4));
    }
    assertFalse(step(four, 0, 4).equals(step(later, 0, 4)));
  }

  @Test
  void batchesOfOneDataSetAreShuffledAmongThemselves() {
    List<DataSet> sets = List.of(Lines.set("a", 80), Lines.set("b", 80));
    BatchPlan plan = BatchPlan.of(sets, rules(BatchPlan.Mode.SAME_DATASET, 8, 2), 0);
    StringBuilder order = new StringBuilder();
    for (int step = 0; step < plan.steps(); step++) {
      Set<Integer> of = new HashSet<>();
      step(plan, step, 2).forEach(line -> of.add(line.dataSet()));
      assertEquals(1, of.size());
      order.append(of);
    }

    assertTrue(order.toString().matches(".*0.*1.*0.*"), order.toString());
  }

  @ParameterizedTest
  @EnumSource
  void readsByNumberAreThoseOfTheirList(BatchPlan.Mode mode) {
    double[][] weights = {{1, 1, 1, 1}, {2.5, 0.01, 3, 0.75}, {0.01, 0.01, 0.01, 1.5}};
    for (double[] w : weights) {
      List<DataSet> sets = new ArrayList<>();
      for (int i = 0; i < w.length; i++) {
        DataSet set = Lines.set("s" + i, 17 + 13 * i);
        sets.add(new DataSet(set.name(), set.lines(), w[i], false));
      }
      for (int epoch = 0; epoch < 3; epoch++) {
        BatchPlan plan = BatchPlan.of(sets, rules(mode, 8, 2), epoch);
        List<List<LineRef>> want = ListedPlan.of(sets, rules(mode, 8, 2), epoch);

        assertEquals(want.size(), plan.steps());
        assertEquals(want.size(), BatchPlan.steps(sets, rules(mode, 8, 2), epoch));
        for (int step = 0; step < want.size(); step++) {
          assertEquals(want.get(step), step(plan, step, 2));
        }
      }
    }
  }

  @Test
  void weightsRepeatLines() {
    DataSet a = Lines.set("a", 40);
    List<DataSet> sets =
        List.of(
            new DataSet("a", a.lines(), 2.5, false),
            new DataSet("b", Lines.set("b", 40).lines(), 0.25, false));
    BatchPlan plan = BatchPlan.of(sets, rules(BatchPlan.Mode.MIXED, 1, 1), 0);
    Map<LineRef, Integer> seen = new HashMap<>();
    int[] reads = new int[2];
    for (int step = 0; step < plan.steps(); step++) {
      LineRef line = plan.lines(step, 0).get(0);
      reads[line.dataSet()]++;
      seen.merge(line, 1, Integer::sum);
    }

    assertEquals(100, reads[0], 1);
    assertEquals(10, reads[1], 1);
    assertTrue(seen.values().stream().allMatch(times -> times == 1));
  }

  @Test
  void kindsOfDataSetsHaveTheirOwnSizes() {
    BatchPlan.Rules rules = rules(BatchPlan.Mode.SAME_DATASET, 8, 2);
    PairLine.Traits given =
        new PairLine.Traits(
            Optional.empty(), PairLine.Kind.SYMMETRIC_STS, OptionalInt.of(6), OptionalInt.of(3));

    BatchPlan one = BatchPlan.of(List.of(set(PairLine.Kind.ONLY_1NEG, 5)), rules, 0);
    BatchPlan sts = BatchPlan.of(List.of(set(PairLine.Kind.SYMMETRIC_STS, 5)), rules, 0);
    BatchPlan few = BatchPlan.of(List.of(set(PairLine.Kind.SYMMETRIC_CLASS, 2)), rules, 0);
    BatchPlan many = BatchPlan.of(List.of(set(PairLine.Kind.SYMMETRIC_CLASS, 9)), rules, 0);
    BatchPlan own = BatchPlan.of(List.of(Lines.set("s", 24, 5, given)), rules, 0);

    assertEquals(2, one.groupSize(0));
    assertEquals(3, one.steps());
    assertEquals(4, sts.groupSize(0));
    assertEquals(6, sts.steps());
    assertEquals(3, few.groupSize(0));
    assertEquals(4, many.groupSize(0));
    assertEquals(3, own.groupSize(0));
    assertEquals(4, own.steps());
  }

  private static DataSet set(PairLine.Kind kind, int negatives) {
    return Lines.set("s", 24, negatives, Lines.kind(kind));
  }

  @Test
  void ownNegativesAreForBatchesOfOneDataSet() {
    List<DataSet> sets = List.of(Lines.set("x_no_in_batch_neg", 8), Lines.set("b", 8));
    BatchPlan plan = BatchPlan.of(sets, rules(BatchPlan.Mode.SAME_DATASET, 8, 2), 0);

    for (int step = 0; step < 2; step++) {
      assertEquals(plan.lines(step, 0).get(0).dataSet() == 0, plan.ownNegatives(step));
    }
    ConfigException refused =
        assertThrows(
            ConfigException.class, () -> BatchPlan.of(sets, rules(BatchPlan.Mode.MIXED, 8, 2), 0));
    assertTrue(refused.getMessage().contains("x_no_in_batch_neg"), refused.getMessage());
  }

  @ParameterizedTest
  @EnumSource
  void fewerLinesThanABatchAreSaidWithTheNumbers(BatchPlan.Mode mode) {
    ConfigException refused =
        assertThrows(
            ConfigException.class,
            () -> BatchPlan.of(List.of(Lines.set("a", 7)), rules(mode, 8, 2), 0));

    assertTrue(refused.getMessage().contains("7 lines"), refused.getMessage());
    assertTrue(refused.getMessage().contains("8 queries"), refused.getMessage());
  }

  @Test
  void smallDataSetsOfAFolderAreJoinedAndTinyOnesDropped() {
    DataSet.Folder folder =
        DataSet.joined(
            List.of(
                Lines.set("big", 100),
                Lines.set("a", 10),
                Lines.set("x_no_in_batch_neg", 6),
                Lines.set("b", 15)),
            50,
            20);

    assertEquals(List.of("big", "a+b"), folder.kept().stream().map(DataSet::name).toList());
    assertEquals(25, folder.kept().get(1).lines().size());
    assertEquals(
        List.of("x_no_in_batch_neg"), folder.dropped().stream().map(DataSet::name).toList());
  }
}
