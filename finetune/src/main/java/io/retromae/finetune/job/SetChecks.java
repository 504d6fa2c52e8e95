package io.retromae.finetune.job;

import io.retromae.core.failure.ConfigException;
import io.retromae.finetune.config.DataSettings;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.finetune.contrastive.ContrastiveRule.Negatives;
import io.retromae.finetune.data.BatchPlan;
import io.retromae.finetune.data.DataSet;
import io.retromae.finetune.data.GroupDrawing;
import java.util.ArrayList;
import java.util.List;

/** Whether steps of the data sets' sizes can be trained on, and teach anything. */
final class SetChecks {
  /** Lines of a data set that negatives are drawn for, to see whether there are any. */
  private static final int LINES_DRAWN = 1_000;

  private final FinetuneConfig config;
  private final BatchPlan.Rules rules;

  SetChecks(FinetuneConfig config) {
    this.config = config;
    this.rules = config.data().rules(config.schedule().seed());
  }

  /**
   * Checks what is trained on.
   *
   * @throws ConfigException naming the data set and what to mend
   */
  void check(List<DataSet> trained) {
    List<String> problems = new ArrayList<>();
    for (DataSet set : trained) {
      BatchPlan.Size size = BatchPlan.sizeOf(set, rules);
      DataSettings.problemOf(size).ifPresent(why -> problems.add(named(set) + why));
      if (scored(size, set.ownNegatives()) == 1) {
        problems.add(
            "%sa query is scored with its positive alone, so that its loss is always 0; raise data.train_group_size = %d%s"
                .formatted(
                    named(set),
                    size.groupSize(),
                    set.ownNegatives() ? "" : ", or set objective.negatives = global"));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    GroupDrawing drawing = new GroupDrawing(trained, rules.seed());
    for (int i = 0; i < trained.size(); i++) {
      drawing.check(i, BatchPlan.sizeOf(trained.get(i), rules).groupSize(), LINES_DRAWN);
    }
  }

  private static String named(DataSet set) {
    return "data set %s: ".formatted(set.name());
  }

  /** Passages that a query is scored with. */
  private long scored(BatchPlan.Size size, boolean ownNegatives) {
    Negatives negatives = ownNegatives ? Negatives.OWN : config.objective().negatives();
    return switch (negatives) {
      case OWN -> size.groupSize();
      case SHARD -> size.passages() / rules.logicalShards();
      case GLOBAL -> size.passages();
    };
  }

  /** What of a data set's steps differs from the settings; empty if nothing does. */
  String ownSize(DataSet set) {
    BatchPlan.Size size = BatchPlan.sizeOf(set, rules);
    return size.equals(new BatchPlan.Size(rules.globalBatchSize(), rules.groupSize()))
        ? ""
        : ", %,d queries x %d passages".formatted(size.queries(), size.groupSize());
  }

  /** Those that fill a batch in some epoch. */
  List<DataSet> read(List<DataSet> trained) {
    return trained.stream().filter(set -> BatchPlan.fillsBatch(set, rules)).toList();
  }

  /** Those that do not, in a line each. */
  List<String> warnings(List<DataSet> trained) {
    return trained.stream()
        .filter(set -> !BatchPlan.fillsBatch(set, rules))
        .map(
            set ->
                "%s%,d lines give no batch of %,d queries: not trained on; lower data.global_batch_size, or join small data sets by data.small_threshold"
                    .formatted(
                        named(set), set.lines().size(), BatchPlan.sizeOf(set, rules).queries()))
        .toList();
  }
}
