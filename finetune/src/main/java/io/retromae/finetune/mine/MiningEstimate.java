package io.retromae.finetune.mine;

import io.retromae.embed.job.EncodingMemory;
import io.retromae.embed.job.EncodingWork;

/**
 * About how much a run computes and holds.
 *
 * @param encoder memory of an executor
 * @param encoding what the encoder computes
 * @param searchFlops products of queries and documents, 2 an element of a vector
 * @param driverBytes numbers of texts, queries and their positives
 * @param parts of texts that are embedded
 */
public record MiningEstimate(
    EncodingMemory encoder,
    EncodingWork encoding,
    double searchFlops,
    long driverBytes,
    int parts) {
  /** Of hashes and table: see {@link TextNumbers}. */
  private static final long BYTES_PER_DOCUMENT = 48;

  /** An entry, its positives with scores, its lines. */
  private static final long BYTES_PER_QUERY = 320;

  static MiningEstimate of(MiningPlan plan) {
    MiningTexts texts = plan.texts();
    long held =
        BYTES_PER_DOCUMENT * (texts.documents() + (long) texts.others())
            + BYTES_PER_QUERY * texts.queries();
    return new MiningEstimate(
        plan.vectors().memory(),
        plan.vectors().work(texts),
        2.0 * texts.queries() * texts.documents() * plan.vectors().width(),
        held,
        MiningSets.of("", texts).all().stream().mapToInt(set -> set.texts().parts()).sum());
  }
}
