package io.retromae.pretrain.batch;

import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.config.DataSettings;
import io.retromae.pretrain.config.ObjectiveSettings;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.masking.DecoderVisibility;
import io.retromae.pretrain.masking.TokenKinds;
import io.retromae.pretrain.model.BatchArrays;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The micro-batches of a run over a corpus, for the logical shards that are asked for. */
public final class CorpusBatches implements AutoCloseable {
  private final RowGroupSource source;
  private final List<Integer> rowGroups;
  private final SamplePlan.Shape shape;
  private final List<Long> epochEnds;
  private final long seed;
  private final BatchBuilder builder;
  private final Map<Integer, Stream> streams = new HashMap<>();
  private SamplePlan plan;

  private CorpusBatches(
      RowGroupSource source, List<Integer> rowGroups, BatchRule rule, Course course) {
    this.source = source;
    this.rowGroups = rowGroups;
    this.shape = course.shape();
    this.epochEnds = course.epochEnds();
    this.seed = rule.seed();
    this.builder = new BatchBuilder(rule);
    this.plan = SamplePlan.of(rowGroups, seed, 0, shape);
  }

  /**
   * How the run cuts the corpus.
   *
   * @param shape of a step
   * @param epochEnds steps done at the end of each epoch
   */
  record Course(SamplePlan.Shape shape, List<Long> epochEnds) {}

  /** A logical shard being read: where its next sample lies in the run. */
  private static final class Stream {
    private final LogicalShardReader reader;
    private final int epoch;
    private long position;

    Stream(LogicalShardReader reader, int epoch) {
      this.reader = reader;
      this.epoch = epoch;
      this.position = -1;
    }
  }

  /**
   * Opens a corpus for a run.
   *
   * @param tokens the model's
   * @param epochEnds steps done at the end of each epoch
   */
  public static CorpusBatches open(
      Storage storage, PretrainConfig config, TokenTable tokens, List<Long> epochEnds) {
    ShardManifest manifest = ShardManifest.open(storage, config.corpus());
    RowGroupSource source = new ShardRowGroups(storage, config.corpus(), manifest);
    Course course = new Course(shape(config), epochEnds);
    return of(source, manifest.rowGroups(), rule(config, tokens), course);
  }

  static CorpusBatches of(
      RowGroupSource source, List<Integer> rowGroups, BatchRule rule, Course course) {
    return new CorpusBatches(source, rowGroups, rule, course);
  }

  /** How steps of this configuration cut a corpus. */
  public static SamplePlan.Shape shape(PretrainConfig config) {
    DataSettings data = config.data();
    return new SamplePlan.Shape(
        data.logicalShards(), data.perDeviceTrainBatchSize(), data.gradientAccumulationSteps());
  }

  private static BatchRule rule(PretrainConfig config, TokenTable tokens) {
    Vocabulary vocabulary = tokens.vocabulary();
    ObjectiveSettings objective = config.objective();
    return new BatchRule(
        TokenKinds.of(vocabulary),
        new BatchRule.SpecialIds(
            vocabulary.clsId(), vocabulary.sepId(), vocabulary.padId(), tokens.rows()),
        config.data().maxSeqLength(),
        objective.encoderMlmProbability(),
        new DecoderVisibility.Rule(objective.decoderMlmProbability(), objective.maskPool()),
        objective.method() == ObjectiveSettings.Method.DUPMAE,
        config.schedule().seed());
  }

  /**
   * A micro-batch.
   *
   * @param step steps done before, over the whole run
   * @param microBatch of the logical shard in that step, from 0
   */
  public BatchArrays next(int logicalShard, long step, int microBatch) throws IOException {
    int epoch = 0;
    while (epochEnds.get(epoch) <= step) {
      epoch++;
    }
    long stepInEpoch = step - (epoch == 0 ? 0 : epochEnds.get(epoch - 1));
    Stream stream = streams.get(logicalShard);
    if (stream == null || stream.epoch != epoch) {
      stream = new Stream(new LogicalShardReader(plan(epoch), logicalShard, source), epoch);
      streams.put(logicalShard, stream);
    }
    long position =
        stepInEpoch * shape.samplesPerStep() + (long) microBatch * shape.microBatchSize();
    if (stream.position != position) {
      stream.reader.seek(position);
    }
    List<LogicalShardReader.Row> rows = new ArrayList<>();
    for (int i = 0; i < shape.microBatchSize(); i++) {
      rows.add(stream.reader.read());
    }
    stream.position = position + shape.microBatchSize();
    return builder.build(rows, epoch);
  }

  private SamplePlan plan(int epoch) {
    if (plan.epoch() != epoch) {
      plan = SamplePlan.of(rowGroups, seed, epoch, shape);
    }
    return plan;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
