package io.retromae.embed.ml;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.EncoderDefaults;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.spark.SparkSurroundings;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the stages have in common: columns, the model's folder, and what is done to a text before
 * its tokens are counted. A parameter that is not set is as the folder states it.
 *
 * @param <S> the stage itself
 */
public abstract class TextStage<S extends TextStage<S>> extends Transformer
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(TextStage.class);

  /**
   * What has been said of folders: pipelines, and Connect's analysis, transform again and again.
   */
  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  /** [CLS], a token, [SEP]. */
  private static final int FEWEST_TOKENS = 3;

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> modelPath;
  private final IntParam maxLength;
  private final Param<String> instruction;
  private final Param<String> promptName;

  TextStage(String uid) {
    this.uid = uid; // first: a parameter takes its parent's name when it is made
    this.inputCol = new Param<>(this, "inputCol", "column that is read; must be there");
    this.outputCol = new Param<>(this, "outputCol", "column that is added; must not be there");
    this.modelPath =
        new Param<>(
            this,
            "modelPath",
            "folder of the model in Hugging Face's layout, on any storage that driver and executors"
                + " reach");
    this.maxLength =
        new IntParam(
            this,
            "maxLength",
            "most tokens of a text, [CLS] and [SEP] counted; longer ones are cut; not set: as the"
                + " folder says",
            ParamValidators.gtEq(FEWEST_TOKENS));
    this.instruction =
        new Param<>(
            this,
            "instruction",
            "put before each text as it is; not set, and no promptName: the folder's default prompt"
                + " if it names one, else nothing");
    this.promptName =
        new Param<>(
            this,
            "promptName",
            "name of the folder's prompt that is put before each text, query for example; instead of"
                + " instruction");
  }

  abstract S self();

  @Override
  public String uid() {
    return uid;
  }

  /** Column that is read. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** Column that is added. */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** Folder of the model. */
  public Param<String> modelPath() {
    return modelPath;
  }

  /** Most tokens of a text. */
  public IntParam maxLength() {
    return maxLength;
  }

  /** What is put before each text. */
  public Param<String> instruction() {
    return instruction;
  }

  /** Which of the folder's prompts is put before each text. */
  public Param<String> promptName() {
    return promptName;
  }

  /** Sets the column that is read. */
  public S setInputCol(String value) {
    set(inputCol, value);
    return self();
  }

  /** Sets the column that is added. */
  public S setOutputCol(String value) {
    set(outputCol, value);
    return self();
  }

  /** Sets the folder of the model. */
  public S setModelPath(String value) {
    set(modelPath, value);
    return self();
  }

  /** Sets the most tokens of a text, [CLS] and [SEP] counted. */
  public S setMaxLength(int value) {
    set(maxLength, value);
    return self();
  }

  /** Sets what is put before each text; empty for nothing. */
  public S setInstruction(String value) {
    set(instruction, value);
    return self();
  }

  /** Sets which of the folder's prompts is put before each text. */
  public S setPromptName(String value) {
    set(promptName, value);
    return self();
  }

  @Override
  public S copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** The column that is read, in a schema that has it. */
  Column input(StructType schema) {
    return Column.of(this, schema, given(inputCol));
  }

  /**
   * The schema with the column that is added.
   *
   * @throws IllegalArgumentException if it is there
   */
  StructType added(StructType schema, StructField field) {
    Column.refuseTaken(this, schema, field.name());
    return schema.add(field);
  }

  /**
   * The value of a parameter that must be set.
   *
   * @throws IllegalArgumentException if it is not
   */
  <T> T given(Param<T> param) {
    if (!isDefined(param)) {
      throw refusal("%s is not set: %s".formatted(param.name(), param.doc()));
    }
    return getOrDefault(param);
  }

  /** The value of a parameter, if it is set. */
  <T> Optional<T> ifSet(Param<T> param) {
    return isSet(param) ? Optional.of(getOrDefault(param)) : Optional.empty();
  }

  /** The model's folder. */
  EncoderFolder folder(SparkSession spark) {
    return refusing(
        () -> {
          EncoderFolder folder = EncoderFolder.open(storage(spark), given(modelPath));
          folder.defaults().saidAloud().stream()
              .filter(SAID::add)
              .forEach(line -> LOG.warn("event=assumed {}", line));
          return folder;
        });
  }

  /** What reaches the folder, here and in tasks. */
  static Storage storage(SparkSession spark) {
    Configuration own = new Configuration(spark.sparkContext().hadoopConfiguration());
    return new Storage(own, new SparkSurroundings());
  }

  /** What is put before each text. */
  String prefix(EncoderDefaults folder) {
    if (isSet(instruction)) {
      return getOrDefault(instruction);
    }
    Optional<String> name = ifSet(promptName).or(folder::defaultPrompt);
    if (name.isEmpty()) {
      return "";
    }
    String prompt = folder.prompts().get(name.get());
    if (prompt == null) {
      throw refusal(
          "promptName = %s: %s names no such prompt, but %s; set instruction instead"
              .formatted(name.get(), given(modelPath), new TreeSet<>(folder.prompts().keySet())));
    }
    return prompt;
  }

  /** Refuses two beginnings of one text. */
  void checkPrefix() {
    if (isSet(instruction) && isSet(promptName)) {
      throw refusal(
          "instruction and promptName are both set, and a text has one beginning; clear one");
    }
  }

  /** An argument that the user must mend, as Spark ML's own stages refuse it. */
  IllegalArgumentException refusal(String problem) {
    return new IllegalArgumentException(uid + ": " + problem);
  }

  /** Does what the folder may refuse; refusals become those of an argument. */
  <T> T refusing(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (ConfigException e) {
      throw new IllegalArgumentException(uid + ": " + e.getMessage(), e);
    }
  }
}
