package io.retromae.pretrain.batch;

import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.training.loop.BatchSource;
import io.retromae.training.loop.RunPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The micro-batches of a run over a corpus, for the logical shards that are asked for, in any
 * order; cheapest step by step. Owns the shards that it reads from; for one thread.
 *
 * @param <S> a micro-batch
 */
public final class CorpusBatches<S> implements BatchSource<S> {
  private final RowGroupSource source;
  private final Course course;
  private final BatchMaker<S> maker;
  private final Map<Integer, Stream> streams = new HashMap<>();
  private SamplePlan plan;

  private CorpusBatches(RowGroupSource source, BatchMaker<S> maker, Course course) {
    this.source = source;
    this.course = course;
    this.maker = maker;
    this.plan = newPlan(0);
  }

  /**
   * How the run cuts the corpus.
   *
   * @param mixture how often an epoch reads each sample
   * @param shape of a step
   * @param epochEnds steps done at the end of each epoch
   * @param groupByLength whether micro-batches of a step hold rows of like length
   * @param maxSeqLength longest row, special tokens included
   * @param seed of the order of samples
   */
  record Course(
      Mixture mixture,
      SamplePlan.Shape shape,
      List<Long> epochEnds,
      boolean groupByLength,
      int maxSeqLength,
      long seed) {
    long firstStep(int epoch) {
      return epoch == 0 ? 0 : epochEnds.get(epoch - 1);
    }
  }

  /** A logical shard being read: its rows of one step. */
  private static final class Stream {
    private final LogicalShardReader reader;
    private final int epoch;
    private long step = -1;
    private List<SampleRow> rows = List.of();

    Stream(LogicalShardReader reader, int epoch) {
      this.reader = reader;
      this.epoch = epoch;
    }
  }

  /**
   * Opens a corpus for a run.
   *
   * @param maker makes micro-batches of rows
   * @param epochEnds steps done at the end of each epoch
   */
  public static <S> CorpusBatches<S> open(
      Storage storage, PretrainConfig config, BatchMaker<S> maker, List<Long> epochEnds) {
    return of(TrainingCorpus.open(storage, config), config, maker, epochEnds);
  }

  /** The micro-batches of a run over a corpus that is open; closes it. */
  public static <S> CorpusBatches<S> of(
      TrainingCorpus corpus, PretrainConfig config, BatchMaker<S> maker, List<Long> epochEnds) {
    Course course =
        new Course(
            corpus.mixture(),
            corpus.shape(),
            epochEnds,
            config.data().groupByLength(),
            config.data().maxSeqLength(),
            config.schedule().seed());
    return of(corpus.source(), maker, course);
  }

  static <S> CorpusBatches<S> of(RowGroupSource source, BatchMaker<S> maker, Course course) {
    return new CorpusBatches<>(source, maker, course);
  }

  @Override
  public S next(int logicalShard, long step, int microBatch) throws IOException {
    int epoch = RunPlan.epochOf(course.epochEnds(), step);
    int size = course.shape().microBatchSize();
    List<SampleRow> rows = rows(logicalShard, step, epoch);
    return maker.build(rows.subList(microBatch * size, (microBatch + 1) * size), epoch);
  }

  /** All rows of a logical shard in a step. */
  private List<SampleRow> rows(int logicalShard, long step, int epoch) throws IOException {
    Stream stream = streams.get(logicalShard);
    if (stream == null || stream.epoch != epoch) {
      stream = new Stream(new LogicalShardReader(plan(epoch), logicalShard, source), epoch);
      streams.put(logicalShard, stream);
    }
    if (stream.step != step) {
      long samples = course.shape().samplesPerStep();
      if (stream.step < 0 || stream.step != step - 1) {
        stream.reader.seek((step - course.firstStep(epoch)) * samples);
      }
      List<SampleRow> rows = new ArrayList<>();
      for (long i = 0; i < samples; i++) {
        rows.add(stream.reader.read());
      }
      if (course.groupByLength()) {
        sortByLength(rows);
      }
      stream.rows = rows;
      stream.step = step;
    }
    return stream.rows;
  }

  /** Longest first, as in Hugging Face's sampler: what does not fit in memory fails at once. */
  private void sortByLength(List<SampleRow> rows) {
    int longest = course.maxSeqLength() - 2;
    rows.sort(Comparator.comparingInt(row -> -Math.min(longest, row.tokenIds().length)));
  }

  private SamplePlan plan(int epoch) {
    if (plan.epoch() != epoch) {
      plan = newPlan(epoch);
    }
    return plan;
  }

  private SamplePlan newPlan(int epoch) {
    return SamplePlan.of(course.mixture(), course.seed(), epoch, course.shape());
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
