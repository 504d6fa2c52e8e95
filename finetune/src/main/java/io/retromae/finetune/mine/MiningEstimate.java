package io.retromae.finetune.mine;

import io.retromae.embed.job.EncodingMemory;
import io.retromae.embed.job.EncodingWork;
import io.retromae.training.bert.BertShape;

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
    BertShape shape = plan.encoder().shape();
    double documents = texts.documents() + (double) texts.others();
    EncodingWork work =
        work(shape, texts.documentBytes(), documents, plan.passageSpec().maxLength())
            .plus(work(shape, texts.queryBytes(), texts.queries(), plan.querySpec().maxLength()));
    long held =
        BYTES_PER_DOCUMENT * (texts.documents() + (long) texts.others())
            + BYTES_PER_QUERY * texts.queries();
    MiningSets sets = MiningSets.of("", plan);
    return new MiningEstimate(
        EncodingMemory.of(shape, plan.passageSpec())
            .larger(EncodingMemory.of(shape, plan.querySpec())),
        work,
        2.0 * texts.queries() * texts.documents() * plan.encoder().width(),
        held,
        sets.all().stream().mapToInt(set -> set.texts().parts()).sum());
  }

  private static EncodingWork work(BertShape shape, long bytes, double texts, int longest) {
    double row = texts == 0 ? 0 : bytes / EncodingWork.BYTES_PER_TOKEN / texts + 2;
    double cut = Math.min(row, longest);
    return EncodingWork.of(shape, cut * texts, cut);
  }
}
