package io.retromae.etl.plan;

import io.retromae.core.config.Setting;
import io.retromae.core.vocab.WordRules;
import io.retromae.etl.clean.FilterSettings;
import io.retromae.etl.decontaminate.DecontaminationSettings;
import io.retromae.etl.dedup.DedupSettings;
import io.retromae.etl.source.FileSettings;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.tokenize.PackingSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything the corpus job can be told.
 *
 * @param inputs raw corpora
 * @param output corpus folder to write
 * @param vocab WordPiece vocabulary
 * @param lowerCase whether the tokenizer lower-cases
 * @param stripAccents whether it strips accents; empty for the same
 * @param tokenizeChineseChars whether each ideograph is a word
 * @param seed of the shuffle
 * @param onBadFile what happens to a file with an error inside
 * @param files which files are read
 * @param reader what readers accept, how files are split
 * @param limits when the job ends without a corpus
 * @param filters what is kept
 * @param dedup what counts as a duplicate
 * @param holdOut files of ids of documents to leave out
 * @param decontaminate benchmarks to keep out
 * @param packing how samples are made
 * @param weights how often training should see each sample of a source
 * @param samplesPerShard about so many in a shard
 * @param keepCleaned whether the cleaned documents stay
 */
public record EtlConfig(
    @Setting(doc = "Raw corpora.") List<InputSettings> inputs,
    @Setting(doc = "Corpus folder to write: shards, manifest, report.") String output,
    @Setting(doc = "vocab.txt of the model to train, or a folder that holds one.") String vocab,
    @Setting(
            doc = "Lower-case, as BERT's uncased models; a model folder must agree.",
            standard = "true")
        boolean lowerCase,
    @Setting(
            doc = "Strip accents; null does so if lower_case does, as BERT's models.",
            standard = "null")
        Optional<Boolean> stripAccents,
    @Setting(
            doc = "Each Chinese character is a word of its own, as in all of Google's models.",
            standard = "true")
        boolean tokenizeChineseChars,
    @Setting(doc = "Seed of the shuffle.", standard = "42", min = 0) long seed,
    @Setting(
            doc =
                "A file with an error inside: strict refuses it and fails the job, salvage keeps"
                    + " the records before the error.",
            standard = "strict")
        OnBadFile onBadFile,
    @Setting(doc = "Which files of the inputs are read.") FileSettings files,
    @Setting(doc = "What readers accept, and how files are split.") ReaderSettings reader,
    @Setting(doc = "When the job ends without a corpus.") LimitSettings limits,
    @Setting(doc = "What is kept.") FilterSettings filters,
    @Setting(doc = "What counts as a duplicate.") DedupSettings dedup,
    @Setting(
            doc =
                "Files of document ids, one in each line: those documents are left out, such as the"
                    + " ones that evaluation tasks were made from; copies of them have other ids, but"
                    + " decontaminate finds them.",
            standard = "[]")
        List<String> holdOut,
    @Setting(doc = "Benchmarks to keep out of the corpus.") DecontaminationSettings decontaminate,
    @Setting(doc = "How samples are made.") PackingSettings packing,
    @Setting(
            doc =
                "How often training should see each sample of a source, written to the manifest;"
                    + " sets of the Pile default to the Pile's own epochs, others to 1.",
            standard = "{}",
            above = 0)
        Map<String, Double> weights,
    @Setting(doc = "About so many samples in a shard.", standard = "131072", min = 1)
        int samplesPerShard,
    @Setting(doc = "Keep the cleaned documents, in cleaned/.", standard = "false")
        boolean keepCleaned) {

  /** How the tokenizer splits texts into words. */
  public WordRules wordRules() {
    return WordRules.of(lowerCase, stripAccents, tokenizeChineseChars);
  }

  /** What happens to a file with an error inside. */
  public enum OnBadFile {
    /** The job fails, naming all such files. */
    STRICT,
    /** Records before the error are kept. */
    SALVAGE
  }
}
