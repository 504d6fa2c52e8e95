package io.retromae.pretrain.batch;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.config.PretrainConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The batches of an evaluation: the first samples of the held-out shards, or of another corpus, in
 * stored order (which is a shuffled one), each once. Rows and masks are the same every time; the
 * masks are those of no training epoch. Owns the open shards; for one thread.
 *
 * @param <S> a batch
 */
public final class EvaluationBatches<S> implements AutoCloseable {
  /** An epoch that training never has. */
  private static final int EPOCH = -1;

  private final RowGroupSource source;
  private final Offsets rowGroups;
  private final long samples;
  private final int batchSize;
  private final BatchMaker<S> maker;
  private int loadedGroup = -1;
  private int[][] loaded = new int[0][];

  private EvaluationBatches(RowGroupSource source, EvaluationCorpus corpus, BatchMaker<S> maker) {
    this.source = source;
    this.rowGroups = Offsets.of(corpus.rowGroups().stream().mapToInt(Integer::intValue));
    this.samples = corpus.samples();
    this.batchSize = corpus.batchSize();
    this.maker = maker;
  }

  /**
   * Opens what a configuration evaluates; without any batch if it names nothing.
   *
   * @param manifest of the corpus trained on
   * @throws ConfigException as {@link EvaluationCorpus#open}
   */
  public static <S> EvaluationBatches<S> open(
      Storage storage,
      PretrainConfig config,
      ShardManifest manifest,
      Vocabulary vocabulary,
      BatchMaker<S> maker) {
    EvaluationCorpus corpus = EvaluationCorpus.open(storage, config, manifest, vocabulary);
    return of(new ShardRowGroups(storage, corpus.folder(), corpus.shards()), corpus, maker);
  }

  static <S> EvaluationBatches<S> of(
      RowGroupSource source, EvaluationCorpus corpus, BatchMaker<S> maker) {
    return new EvaluationBatches<>(source, corpus, maker);
  }

  /** Batches; 0 if there is nothing to evaluate. */
  public int count() {
    return (int) ((samples + batchSize - 1) / batchSize);
  }

  /** Rows in all batches. */
  public long samples() {
    return samples;
  }

  /**
   * A batch. Asking in ascending order, by whatever stride, reads each row group once.
   *
   * @param index from 0 to {@link #count}
   */
  public S batch(int index) throws IOException {
    long first = (long) index * batchSize;
    long end = Math.min(samples, first + batchSize);
    if (index < 0 || first >= end) {
      throw new IllegalArgumentException("evaluation batch " + index + " of " + count());
    }
    List<SampleRow> rows = new ArrayList<>();
    for (long sample = first; sample < end; sample++) {
      rows.add(new SampleRow(sample, 0, tokenIds(sample)));
    }
    return maker.build(rows, EPOCH);
  }

  private int[] tokenIds(long sample) throws IOException {
    int group = rowGroups.partOf(sample);
    if (group != loadedGroup) {
      loaded = source.read(group);
      loadedGroup = group;
    }
    return loaded[(int) (sample - rowGroups.start(group))];
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
