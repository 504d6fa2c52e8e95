package io.retromae.finetune.mine;

import io.retromae.core.config.Setting;
import io.retromae.embed.encoder.EncoderCompute;
import io.retromae.embed.source.TextInput;
import io.retromae.finetune.data.ColumnNames;
import io.retromae.finetune.data.Instructions;
import io.retromae.finetune.data.PairFile;
import io.retromae.finetune.mine.selection.Fill;
import io.retromae.finetune.mine.selection.Margins;
import io.retromae.finetune.mine.selection.NearDuplicates;
import io.retromae.finetune.mine.selection.NegativeSelection;
import io.retromae.finetune.mine.selection.RankWindow;
import io.retromae.finetune.mine.selection.Strategy;
import io.retromae.training.bert.Pooling;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Settings of the job mine.
 *
 * @param model folder of the encoder
 * @param queryVectors recorded ones in place of a model
 * @param documentVectors the same
 * @param inputs pairs
 * @param pool documents to search among
 * @param output folder to write
 * @param corpus texts for lines that name passages by id
 * @param columns names of plain columns
 * @param badRecords what bad lines lead to
 * @param rangeForSampling ranks that negatives are taken from
 * @param negativeNumber negatives of a query
 * @param strategy which of those that are left
 * @param fill whether short queries get more
 * @param relativeMargin below the lowest positive, relatively
 * @param absoluteMargin below the lowest positive
 * @param maxScore of a negative
 * @param minScore of a negative
 * @param nearDuplicates whether near copies of positives may be negatives
 * @param scores whether lines get scores
 * @param seed of draws
 * @param queryInstruction before queries
 * @param queryInstructionFormat how it and a query become one text
 * @param passageInstruction before documents
 * @param queryMaxLength tokens
 * @param passageMaxLength tokens
 * @param pooling instead of the folder's
 * @param compute where and in what batches
 */
public record MiningConfig(
    @Setting(
            doc =
                "Encoder: a BERT in Hugging Face's layout, of sentence-transformers, or an export or"
                    + " checkpoint of ours.",
            standard = "null")
        Optional<String> model,
    @Setting(
            doc =
                "In place of a model, vectors of the inputs' queries: what embed has made of the same"
                    + " files with text_column: query and its own ids.",
            standard = "null")
        Optional<String> queryVectors,
    @Setting(
            doc =
                "And of the pool: what embed has made of it with the same pool setting as inputs.",
            standard = "null")
        Optional<String> documentVectors,
    @Setting(
            doc =
                "Files, folders and patterns of pairs, in any format that finetune reads; each file"
                    + " becomes one of the same name.")
        List<String> inputs,
    @Setting(
            doc =
                "Documents to search among, equal texts once; none: all positives and negatives of"
                    + " the inputs.",
            standard = "[]")
        List<TextInput> pool,
    @Setting(doc = "Folder to write: lines, report, manifest.") String output,
    @Setting(
            doc =
                "File or folder of {docid, title, text} for lines that name passages by id"
                    + " (Tevatron).",
            standard = "null")
        Optional<String> corpus,
    @Setting(doc = "Names of plain columns.") ColumnNames columns,
    @Setting(
            doc =
                "What lines that cannot be used lead to: fail names the first 20, skip leaves them"
                    + " out and counts them by reason.",
            standard = "fail")
        PairFile.BadRecords badRecords,
    @Setting(
            doc =
                "LO-HI: negatives are taken from ranks LO to HI - 1 by cosine, counted from 0 with the"
                    + " positives in, as FlagEmbedding's hn_mine does (its default).",
            standard = "10-210")
        String rangeForSampling,
    @Setting(
            doc = "Negatives of a query (hn_mine: 15).",
            standard = "15",
            min = 1,
            max = MiningConfig.MOST_NEGATIVES)
        int negativeNumber,
    @Setting(
            doc =
                "Which of the documents that are left: random, or top, those that score most. The same"
                    + " for the same seed and query.",
            standard = "random")
        Strategy strategy,
    @Setting(
            doc =
                "Queries for which fewer are left: none leaves them short, random draws the others"
                    + " from all documents but positives, the query, repeats, and what a margin or"
                    + " max_score refuses.",
            standard = "none")
        Fill fill,
    @Setting(
            doc =
                "A negative's score s must be at most p - |p| m, p the lowest score of the query's"
                    + " positives; null for no such rule (NV-Retriever, arXiv:2407.15831, TopK-PercPos"
                    + " 95 %).",
            standard = "0.05",
            min = 0)
        Optional<Double> relativeMargin,
    @Setting(doc = "s + m must be at most p.", standard = "null", min = 0)
        Optional<Double> absoluteMargin,
    @Setting(doc = "s must be at most this.", standard = "null") Optional<Double> maxScore,
    @Setting(doc = "s must be at least this.", standard = "null") Optional<Double> minScore,
    @Setting(
            doc =
                "Documents that are nearly the text of one of the query's positives: keep leaves them to"
                    + " their scores, drop leaves them out, found by the corpus job's signature"
                    + " (etl.dedup.minhash's defaults) or by equal letters and digits.",
            standard = "keep")
        NearDuplicates nearDuplicates,
    @Setting(
            doc =
                "Whether lines get mined_pos_scores and mined_neg_scores, cosines; null for negatives"
                    + " that were filled up with.",
            standard = "false")
        boolean scores,
    @Setting(doc = "Seed of the draws.", standard = "42") long seed,
    @Setting(
            doc =
                "Text before queries; null: the folder's prompt 'query', '' none. A line's own prompt"
                    + " takes its place where there is one.",
            standard = "null")
        Optional<String> queryInstruction,
    @Setting(
            doc = "How instruction and query become one text: {} stands for each.",
            standard = "'{}{}'")
        String queryInstructionFormat,
    @Setting(
            doc =
                "Text before documents; null: the folder's prompt 'passage', 'document' or 'corpus',"
                    + " '' none.",
            standard = "null")
        Optional<String> passageInstruction,
    @Setting(
            doc = "Most tokens of a query, [CLS] and [SEP] counted; null as the model folder says.",
            standard = "null",
            min = 3)
        Optional<Integer> queryMaxLength,
    @Setting(doc = "Most tokens of a document; likewise.", standard = "null", min = 3)
        Optional<Integer> passageMaxLength,
    @Setting(
            doc = "How hidden states become a vector; null as the model folder says, else cls.",
            standard = "null")
        Optional<Pooling> pooling,
    @Setting(doc = "Where and in what batches.") EncoderCompute compute) {
  /** Most negatives of a query. */
  static final int MOST_NEGATIVES = 4_000;

  /** Checks what settings mean. */
  public MiningConfig {
    inputs = List.copyOf(inputs);
    pool = List.copyOf(pool);
    boolean recorded = queryVectors.isPresent() && documentVectors.isPresent();
    boolean some = queryVectors.isPresent() || documentVectors.isPresent();
    if (model.isPresent() == some || some != recorded) {
      throw new IllegalArgumentException(
          "model, or query_vectors and document_vectors: give one of the two");
    }
    if (recorded && pool.isEmpty()) {
      throw new IllegalArgumentException(
          "document_vectors: are those of a pool; name it, or give a model");
    }
    if (recorded
        && (queryInstruction.isPresent()
            || passageInstruction.isPresent()
            || queryMaxLength.isPresent()
            || passageMaxLength.isPresent()
            || pooling.isPresent())) {
      throw new IllegalArgumentException(
          "pooling, ..._instruction, ..._max_length: do nothing for recorded vectors; leave them out");
    }
    RankWindow.of(rangeForSampling);
    new Instructions(queryInstruction, queryInstructionFormat, passageInstruction, false);
  }

  NegativeSelection.Rules rules() {
    return new NegativeSelection.Rules(
        RankWindow.of(rangeForSampling),
        negativeNumber,
        strategy,
        fill,
        new Margins(
            number(relativeMargin), number(absoluteMargin), number(maxScore), number(minScore)),
        seed);
  }

  private static OptionalDouble number(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
  }
}
