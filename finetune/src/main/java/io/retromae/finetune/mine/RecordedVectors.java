package io.retromae.finetune.mine;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.job.EncodingMemory;
import io.retromae.embed.job.EncodingWork;
import io.retromae.embed.job.texts.SetVectors;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.finetune.data.Instructions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Vectors that were recorded before, known by the ids that {@code embed} gives.
 *
 * @param queries of the lines' queries
 * @param documents of the pool
 * @param files what their files are told by
 */
record RecordedVectors(VectorFiles queries, VectorFiles documents, String files)
    implements VectorSource {

  /** Opens what the settings name. */
  static RecordedVectors open(Storage storage, MiningConfig config) {
    String queryFolder = config.queryVectors().orElseThrow();
    String documentFolder = config.documentVectors().orElseThrow();
    VectorFiles queries = SetVectors.recordedFiles(storage, queryFolder);
    VectorFiles documents = SetVectors.recordedFiles(storage, documentFolder);
    if (queries.width() != documents.width()) {
      throw new ConfigException(
          "query_vectors have %d values, document_vectors %d; both must be made by one encoder"
              .formatted(queries.width(), documents.width()));
    }
    return new RecordedVectors(
        queries, documents, files(storage, queries) + "; " + files(storage, documents));
  }

  private static String files(Storage storage, VectorFiles vectors) {
    return storage.list(vectors.path()).stream()
        .map(file -> "%s %d %d".formatted(file.path(), file.size(), file.modified()))
        .collect(Collectors.joining(", "));
  }

  @Override
  public String name() {
    return "vectors in %s and %s".formatted(queries.path(), documents.path());
  }

  @Override
  public List<String> folders() {
    return List.of(queries.path(), documents.path());
  }

  @Override
  public String fingerprint() {
    return files;
  }

  @Override
  public Instructions instructions() {
    return new Instructions(Optional.empty(), "{}{}", Optional.empty(), false);
  }

  @Override
  public Map<String, String> identity() {
    return Map.of("recorded vectors", files);
  }

  @Override
  public List<String> describe() {
    return List.of(
        "vectors  %,d of queries in %s, %,d of documents in %s, of %d values"
            .formatted(
                queries.rows(), queries.path(), documents.rows(), documents.path(), width()));
  }

  @Override
  public int width() {
    return documents.width();
  }

  @Override
  public EncodingMemory memory() {
    return EncodingMemory.NONE;
  }

  @Override
  public EncodingWork work(MiningTexts texts) {
    return EncodingWork.NONE;
  }
}
