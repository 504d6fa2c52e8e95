package io.retromae.training.worker;

import io.retromae.training.bert.BertModel;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.loop.BatchSource;
import io.retromae.training.loop.Evaluator;
import io.retromae.training.loop.MicroBatch;
import io.retromae.training.loop.Trainee;
import io.retromae.training.measure.Probe;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What a job brings on a worker: the model, its first weights and the micro-batches. Owns the files
 * it reads from; for one thread, but for {@link #batches}, which one other thread may read.
 *
 * @param <S> a micro-batch
 */
public interface TrainingInput<S extends MicroBatch> extends AutoCloseable {
  /** Fingerprint of the corpus as this process sees it. */
  String corpusFingerprint();

  /** A replica with zero weights, and what it minimises; the caller closes the model. */
  Trainee<S> newModel(Compute compute);

  /**
   * Gives a replica its first weights: the same bits on every rank.
   *
   * @throws IllegalStateException if it is a checkpoint that is gone on from
   */
  void fill(BertModel model) throws IOException;

  /** Micro-batches of the whole run. */
  BatchSource<S> batches();

  /** Micro-batches that are built ahead, at least 1. */
  int prefetchBatches();

  /** Batches of an evaluation; 0 if there is nothing to evaluate. */
  int heldOutCount();

  /** The batches of an evaluation, the same ones every time. */
  Evaluator.Batches<S> heldOut();

  /** What measures the model beside its loss, in this order. */
  List<Probe> probes();

  /** The small files of a checkpoint that say what is trained, by name. */
  Map<String, byte[]> describe();

  @Override
  void close() throws IOException;
}
