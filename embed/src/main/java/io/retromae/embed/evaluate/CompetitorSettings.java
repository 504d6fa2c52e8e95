package io.retromae.embed.evaluate;

import io.retromae.core.config.Setting;
import io.retromae.training.bert.Pooling;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Settings of one competitor: an encoder, vectors that were recorded elsewhere, or rankings.
 *
 * @param name of its own
 * @param model folder of an encoder
 * @param vectors folder of recorded vectors
 * @param run folder of recorded rankings
 * @param pooling instead of the folder's
 * @param normalize instead of the folder's
 * @param similarity of queries and documents
 * @param queryInstruction before queries of retrieval and reranking
 * @param passageInstruction before documents
 * @param textInstruction before texts of other tasks
 * @param queryMaxLength tokens
 * @param passageMaxLength tokens, of documents and of texts of other tasks
 */
public record CompetitorSettings(
    @Setting(doc = "Name in reports and of files: letters, digits, . _ -") String name,
    @Setting(
            doc =
                "Encoder: a BERT in Hugging Face's layout, of sentence-transformers, or an export or checkpoint of pretrain.",
            standard = "null")
        Optional<String> model,
    @Setting(
            doc =
                "Vectors made elsewhere: TASK/queries, TASK/corpus (retrieval, reranking), TASK/texts (other kinds), each with Parquet (id, embedding) or .npy.",
            standard = "null")
        Optional<String> vectors,
    @Setting(
            doc = "Rankings made elsewhere, of retrieval alone: TREC's run files, named TASK.trec.",
            standard = "null")
        Optional<String> run,
    @Setting(
            doc = "How hidden states become a vector; null as the model folder says, else cls.",
            standard = "null")
        Optional<Pooling> pooling,
    @Setting(
            doc =
                "Whether vectors have length one, so that products are cosines; null as the model folder says, else true.",
            standard = "null")
        Optional<Boolean> normalize,
    @Setting(
            doc =
                "How queries and documents are compared; null: as the model folder says, else by cosine, but by inner product if an encoder does not normalise.",
            standard = "null")
        Optional<Comparison> similarity,
    @Setting(
            doc =
                "Put before queries of retrieval and reranking; null: the folder's prompt 'query', '' none.",
            standard = "null")
        Optional<String> queryInstruction,
    @Setting(
            doc =
                "Put before documents; null: the folder's prompt 'passage', 'document' or 'corpus', '' none.",
            standard = "null")
        Optional<String> passageInstruction,
    @Setting(
            doc =
                "Put before texts of other tasks, as E5 needs it; null: the folder's default prompt, mostly none.",
            standard = "null")
        Optional<String> textInstruction,
    @Setting(
            doc = "Most tokens of a query, [CLS] and [SEP] counted; null as the model folder says.",
            standard = "null",
            min = 3)
        Optional<Integer> queryMaxLength,
    @Setting(
            doc = "Most tokens of other texts; null as the model folder says.",
            standard = "null",
            min = 3)
        Optional<Integer> passageMaxLength) {

  /** How queries and documents are compared. */
  public enum Comparison {
    /** Inner product of the vectors divided by their lengths. */
    COSINE,
    /** Inner product. */
    DOT
  }

  /** Checks that there is one source, and that what is set means something for it. */
  public CompetitorSettings {
    if (!name.matches("[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,99}")) {
      throw new IllegalArgumentException(
          "name = %s: must be letters, digits, . _ -, at most 100".formatted(name));
    }
    long sources = Stream.of(model, vectors, run).filter(Optional::isPresent).count();
    if (sources != 1) {
      throw new IllegalArgumentException(
          "model, vectors, run: competitor '%s' must have exactly one of them, has %d"
              .formatted(name, sources));
    }
    List<Optional<?>> ofEncoders =
        List.of(
            pooling,
            normalize,
            queryInstruction,
            passageInstruction,
            textInstruction,
            queryMaxLength,
            passageMaxLength);
    if (run.isPresent() && similarity.isPresent()) {
      throw new IllegalArgumentException(
          "similarity: does nothing for competitor '%s', which is recorded rankings; leave it out"
              .formatted(name));
    }
    if (model.isEmpty() && ofEncoders.stream().anyMatch(Optional::isPresent)) {
      throw new IllegalArgumentException(
          "pooling, normalize, ..._instruction, ..._max_length: do nothing for competitor '%s', which is recorded; leave them out"
              .formatted(name));
    }
  }
}
