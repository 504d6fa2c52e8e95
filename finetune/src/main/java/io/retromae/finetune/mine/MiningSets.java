package io.retromae.finetune.mine;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.job.texts.StoredTexts;
import io.retromae.embed.job.texts.TextParts;
import io.retromae.embed.job.texts.VectorSet;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * The texts of a run in its output folder, and the vectors that are made of them. Ids are numbers.
 *
 * @param documents that are searched
 * @param others positives that are not among them
 * @param queries their instruction before them
 */
record MiningSets(VectorSet documents, VectorSet others, VectorSet queries) {

  /**
   * Of a plan.
   *
   * @param output qualified folder of the job
   */
  static MiningSets of(String output, MiningPlan plan) {
    MiningTexts texts = plan.texts();
    String instruction = plan.passageInstruction();
    return new MiningSets(
        new VectorSet(
            stored(output, "documents", texts.documents()),
            plan.passageSpec(),
            instruction,
            "_work/vectors/documents"),
        new VectorSet(
            stored(output, "others", texts.others()),
            plan.passageSpec(),
            instruction,
            "_work/vectors/others"),
        new VectorSet(
            stored(output, "queries", texts.queries()),
            plan.querySpec(),
            "",
            "_work/vectors/queries"));
  }

  private static StoredTexts stored(String output, String name, int count) {
    return new StoredTexts(output, "_work/texts/" + name, count);
  }

  /** Those that hold something. */
  List<VectorSet> all() {
    return Stream.of(documents, others, queries).filter(set -> set.texts().count() > 0).toList();
  }

  /** Writes the texts of all sets, unless they are there. */
  void write(Storage storage, MiningTexts texts) {
    if (all().stream().allMatch(set -> TextParts.areWritten(storage, set.texts()))) {
      return;
    }
    try (TextParts toDocuments = TextParts.begin(storage, documents.texts());
        TextParts toOthers = TextParts.begin(storage, others.texts());
        TextParts toQueries = TextParts.begin(storage, queries.texts())) {
      long[] next = new long[3];
      texts.forEach(
          new MiningTexts.Receiver() {
            @Override
            public void document(String text) throws IOException {
              toDocuments.append(Long.toString(next[0]++), text);
            }

            @Override
            public void other(String text) throws IOException {
              toOthers.append(Long.toString(next[1]++), text);
            }

            @Override
            public void query(String text) throws IOException {
              toQueries.append(Long.toString(next[2]++), text);
            }
          });
      toDocuments.commit();
      toOthers.commit();
      toQueries.commit();
    } catch (IOException e) {
      throw new ClusterException(
          "%s: texts cannot be written: %s".formatted(documents.texts().folder(), e.getMessage()),
          e);
    }
  }
}
