package io.retromae.finetune.mine;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.job.texts.StoredTexts;
import io.retromae.embed.job.texts.TextParts;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * The texts of a run in its output folder, and the places of their vectors.
 *
 * @param documents that are searched
 * @param others positives that are not among them
 * @param queries their instruction before them
 */
record MiningSets(TextSet documents, TextSet others, TextSet queries) {
  /**
   * Some texts.
   *
   * @param texts where they lie
   * @param vectors path of the folder of their vectors within the job's
   */
  record TextSet(StoredTexts texts, String vectors) {
    private static TextSet of(String output, String name, int count) {
      return new TextSet(
          new StoredTexts(output, "_work/texts/" + name, count), "_work/vectors/" + name);
    }

    /** Qualified folder of their vectors. */
    String folder() {
      return texts.output() + "/" + vectors;
    }
  }

  /**
   * Of a plan.
   *
   * @param output qualified folder of the job
   */
  static MiningSets of(String output, MiningTexts texts) {
    return new MiningSets(
        TextSet.of(output, "documents", texts.documents()),
        TextSet.of(output, "others", texts.others()),
        TextSet.of(output, "queries", texts.queries()));
  }

  /** Those that hold something. */
  List<TextSet> all() {
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
      texts.forEach(
          new MiningTexts.Receiver() {
            @Override
            public void document(String id, String text) throws IOException {
              toDocuments.append(id, text);
            }

            @Override
            public void other(String id, String text) throws IOException {
              toOthers.append(id, text);
            }

            @Override
            public void query(String id, String text) throws IOException {
              toQueries.append(id, text);
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
