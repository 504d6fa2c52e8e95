package io.retromae.embed.job;

import io.retromae.core.config.Setting;
import io.retromae.embed.encoder.EncoderCompute;
import io.retromae.embed.source.TextInput;
import io.retromae.training.bert.Pooling;
import java.util.List;
import java.util.Optional;

/**
 * Settings of the job embed.
 *
 * @param model folder of the encoder
 * @param inputs what is embedded
 * @param output folder to write
 * @param kind what the texts are, which picks the model's instruction
 * @param instruction put before each text instead
 * @param pooling how hidden states become a vector
 * @param normalize whether vectors have length one
 * @param maxLength most tokens of a text, [CLS] and [SEP] counted
 * @param compute where and in what batches
 * @param format of the vectors
 * @param rowsPerFile most rows of an output file
 * @param bytesPerTask about so many bytes of inputs for a task
 * @param onBadRecord what happens to a record that gives no text
 * @param limits when the job ends without a result
 */
public record EmbedConfig(
    @Setting(
            doc =
                "Encoder: a BERT in Hugging Face's layout, of sentence-transformers or an export of"
                    + " pretrain.")
        String model,
    @Setting(doc = "Texts to embed, in order.") List<TextInput> inputs,
    @Setting(doc = "Folder to write: vectors, manifest, report.") String output,
    @Setting(
            doc =
                "What the texts are: query and passage take the model folder's prompt of that name"
                    + " (config_sentence_transformers.json), none takes none, null its default prompt"
                    + " (mostly none), as sentence-transformers does.",
            standard = "null")
        Optional<Kind> kind,
    @Setting(
            doc = "Put before each text as it is, instead of the folder's prompt.",
            standard = "null")
        Optional<String> instruction,
    @Setting(
            doc = "How hidden states become a vector; null as the model folder says, else cls.",
            standard = "null")
        Optional<Pooling> pooling,
    @Setting(
            doc = "Whether vectors have length one; null as the model folder says, else true.",
            standard = "null")
        Optional<Boolean> normalize,
    @Setting(
            doc =
                "Most tokens of a text, [CLS] and [SEP] counted, longer ones are cut; null as the"
                    + " model folder says, else its positions.",
            standard = "null",
            min = 3)
        Optional<Integer> maxLength,
    @Setting(doc = "Where and in what batches.") EncoderCompute compute,
    @Setting(
            doc =
                "parquet: id, embedding (list of float), in vectors/; npy: NumPy files with their ids"
                    + " beside, in npy/; or both.",
            standard = "parquet")
        Format format,
    @Setting(doc = "Most rows of an output file.", standard = "131072", min = 1) int rowsPerFile,
    @Setting(
            doc =
                "About so many stored bytes of inputs for a task, and so for an output file;"
                    + " compressed files and JSON arrays are not divided, Parquet between row groups.",
            standard = "8388608",
            min = 1)
        long bytesPerTask,
    @Setting(
            doc =
                "A record that gives no text: fail names the first of them and ends the job before"
                    + " anything is computed, skip leaves them out, counted in the report.",
            standard = "fail")
        OnBadRecord onBadRecord,
    @Setting(doc = "When the job ends without a result.") Limits limits) {

  /** What texts are. */
  public enum Kind {
    /** They search. */
    QUERY,
    /** They are found. */
    PASSAGE,
    /** Neither. */
    NONE
  }

  /** How vectors are stored. */
  public enum Format {
    /** Parquet alone. */
    PARQUET,
    /** NumPy's format alone. */
    NPY,
    /** Each in its folder. */
    BOTH
  }

  /** What happens to a record that gives no text. */
  public enum OnBadRecord {
    /** The job fails. */
    FAIL,
    /** It is counted. */
    SKIP
  }

  /**
   * When the job ends without a result.
   *
   * @param maxBadShare of the records of all inputs
   */
  public record Limits(
      @Setting(
              doc = "With on_bad_record: skip, a larger share of bad records ends the job.",
              standard = "0.2",
              min = 0,
              max = 1)
          double maxBadShare) {}
}
