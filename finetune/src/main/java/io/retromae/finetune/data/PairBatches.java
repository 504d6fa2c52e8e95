package io.retromae.finetune.data;

import io.retromae.finetune.contrastive.PairBatch;
import io.retromae.training.loop.BatchSource;
import io.retromae.training.loop.RunPlan;
import java.util.ArrayList;
import java.util.List;

/** The batches of a whole run, any of them at any time. For one thread. */
public final class PairBatches implements BatchSource<PairBatch> {
  private final List<DataSet> sets;
  private final BatchPlan.Rules rules;
  private final List<Long> epochEnds;
  private final GroupDrawing drawing;
  private final PairBatchMaker maker;
  private final boolean distills;
  private BatchPlan plan;
  private int planned = -1;

  /**
   * Batches of these data sets.
   *
   * @param epochEnds steps done at the end of each epoch: see {@link #epochEnds}
   * @param distills whether batches bring a teacher's scores
   */
  public PairBatches(
      List<DataSet> sets,
      BatchPlan.Rules rules,
      List<Long> epochEnds,
      PairBatchMaker maker,
      boolean distills) {
    this.sets = List.copyOf(sets);
    this.rules = rules;
    this.epochEnds = List.copyOf(epochEnds);
    this.drawing = new GroupDrawing(sets, rules.seed());
    this.maker = maker;
    this.distills = distills;
  }

  /** Steps done at the end of each of so many epochs. */
  public static List<Long> epochEnds(List<DataSet> sets, BatchPlan.Rules rules, int epochs) {
    List<Long> ends = new ArrayList<>();
    long end = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      end += BatchPlan.steps(sets, rules, epoch);
      ends.add(end);
    }
    return ends;
  }

  @Override
  public PairBatch next(int logicalShard, long step, int microBatch) {
    int epoch = RunPlan.epochOf(epochEnds, step);
    if (epoch != planned) {
      plan = null; // two epochs' plans need not fit the heap
      plan = BatchPlan.of(sets, rules, epoch);
      planned = epoch;
    }
    long before = epoch == 0 ? 0 : epochEnds.get(epoch - 1);
    int ofEpoch = Math.toIntExact(step - before);
    int groupSize = plan.groupSize(ofEpoch);
    List<GroupDrawing.Group> groups = new ArrayList<>();
    for (LineRef line : plan.lines(ofEpoch, logicalShard)) {
      groups.add(drawing.draw(line, groupSize, epoch));
    }
    return maker.build(groups, distills, plan.ownNegatives(ofEpoch));
  }

  @Override
  public void close() {
    // the lines are the data sets' owner's
  }
}
