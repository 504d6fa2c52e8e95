package io.retromae.embed.ml;

import io.retromae.core.vocab.Vocabulary;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.embed.encoder.EncoderOptions;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.training.bert.Pooling;
import io.retromae.training.settings.DeviceSetting;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Adds the vector of a text, or of the tokens that {@link TextTokenizer} has made of it. A text
 * that is null has no vector (null); an empty one has that of [CLS][SEP]. A vector does not depend
 * on partitions, tasks or other rows, but for rounding (1e-6). An executor holds one copy of a
 * model, whatever the number of its tasks.
 */
public final class TextEmbedder extends TextStage<TextEmbedder> {
  private static final long serialVersionUID = 1L;

  private final Param<String> outputType =
      new Param<>(
          this,
          "outputType",
          "type of outputCol: vector (Spark ML's) or array (of float)",
          ParamValidators.inArray(VectorOutput.names()));
  private final Param<String> pooling =
      new Param<>(
          this,
          "pooling",
          "how hidden states become a vector: cls, mean or last_token; not set: as the folder"
              + " says, else cls",
          ParamValidators.inArray(names(Pooling.values())));
  private final BooleanParam normalize =
      new BooleanParam(
          this,
          "normalize",
          "whether vectors have length one; not set: as the folder says, else true");
  private final IntParam tokensPerBatch =
      new IntParam(
          this,
          "tokensPerBatch",
          "most tokens of a batch, one text at least; a GPU computes one batch at a time, on CPUs each"
              + " core of the executor has its own, of 2,048 tokens at most",
          ParamValidators.gtEq(3));
  private final Param<String> device =
      new Param<>(
          this,
          "device",
          "where it is computed: auto (a GPU where Spark assigns one), cpu or cuda",
          ParamValidators.inArray(names(DeviceSetting.values())));

  private static final class Reader implements DefaultParamsReadable<TextEmbedder> {}

  /** A stage of a new name. */
  public TextEmbedder() {
    this(Identifiable$.MODULE$.randomUID("textEmbedder"));
  }

  /** A stage of this name, as Spark's readers and copies make it. */
  public TextEmbedder(String uid) {
    super(uid);
    setDefault(outputType, VectorOutput.VECTOR.label());
    setDefault(tokensPerBatch, EncoderOptions.TOKENS_PER_BATCH);
    setDefault(device, name(DeviceSetting.AUTO));
  }

  /** Reads what {@code write} has written. */
  public static MLReader<TextEmbedder> read() {
    return new Reader().read();
  }

  /** Reads a stage from a folder. */
  public static TextEmbedder load(String path) {
    return read().load(path);
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static List<String> names(Enum<?>... values) {
    return Arrays.stream(values).map(TextEmbedder::name).toList();
  }

  @Override
  TextEmbedder self() {
    return this;
  }

  /** Type of the column that is added. */
  public Param<String> outputType() {
    return outputType;
  }

  /** How hidden states become a vector. */
  public Param<String> pooling() {
    return pooling;
  }

  /** Whether vectors have length one. */
  public BooleanParam normalize() {
    return normalize;
  }

  /** Most tokens of a batch. */
  public IntParam tokensPerBatch() {
    return tokensPerBatch;
  }

  /** Where it is computed. */
  public Param<String> device() {
    return device;
  }

  /** Sets the type of the column that is added: {@code vector} or {@code array}. */
  public TextEmbedder setOutputType(String value) {
    set(outputType, value);
    return this;
  }

  /** Sets how hidden states become a vector: {@code cls}, {@code mean} or {@code last_token}. */
  public TextEmbedder setPooling(String value) {
    set(pooling, value);
    return this;
  }

  /** Sets whether vectors have length one. */
  public TextEmbedder setNormalize(boolean value) {
    set(normalize, value);
    return this;
  }

  /** Sets the most tokens of a batch. */
  public TextEmbedder setTokensPerBatch(int value) {
    set(tokensPerBatch, value);
    return this;
  }

  /** Sets where it is computed: {@code auto}, {@code cpu} or {@code cuda}. */
  public TextEmbedder setDevice(String value) {
    set(device, value);
    return this;
  }

  /**
   * The schema with the column of vectors.
   *
   * @throws IllegalArgumentException if a parameter or a column is missing, of another type, or
   *     taken
   */
  @Override
  public StructType transformSchema(StructType schema) {
    checkPrefix();
    Column column = input(schema);
    if (!column.isText() && !column.isTokens()) {
      throw refusal(
          "inputCol = %s: is %s; must be string or %s, as TextTokenizer makes it"
              .formatted(
                  column.name(), column.type().catalogString(), Column.TOKENS.catalogString()));
    }
    if (column.isTokens() && (isSet(instruction()) || isSet(promptName()))) {
      throw refusal(
          "inputCol = %s: holds tokens, before which no %s can be put; set it on the TextTokenizer"
              .formatted(column.name(), isSet(instruction()) ? "instruction" : "promptName"));
    }
    return added(schema, output().field(given(outputCol())));
  }

  private VectorOutput output() {
    return VectorOutput.named(getOrDefault(outputType));
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = dataset.schema();
    transformSchema(schema);
    Column column = input(schema);
    EncoderFolder folder = folder(dataset.sparkSession());
    EncoderSpec spec = refusing(() -> folder.spec(options()));
    EmbedRows plan =
        new EmbedRows(
            new SharedSource(storage(dataset.sparkSession()), spec),
            column.index(),
            how(column, folder),
            output());
    StructField vector = output().field(given(outputCol()), folder.width());
    return mapped(dataset.toDF(), plan, schema.add(vector));
  }

  /** Spark's encoders of rows drop what stands beside a column, and its name may not be unique. */
  private static Dataset<Row> mapped(Dataset<Row> rows, EmbedRows plan, StructType result) {
    StructField[] fields = result.fields();
    StructType numbered = new StructType();
    org.apache.spark.sql.Column[] named = new org.apache.spark.sql.Column[fields.length];
    for (int i = 0; i < fields.length; i++) {
      String number = "column" + i;
      numbered = numbered.add(number, fields[i].dataType(), fields[i].nullable());
      named[i] = functions.col(number).as(fields[i].name(), fields[i].metadata());
    }
    return rows.mapPartitions(plan, Encoders.row(numbered)).select(named);
  }

  private EmbedRows.Input how(Column column, EncoderFolder folder) {
    if (column.isText()) {
      return new EmbedRows.Texts(prefix(folder.defaults()));
    }
    Vocabulary vocabulary = folder.vocabulary();
    return new EmbedRows.Tokens(
        new TokenColumn(column.name(), vocabulary.clsId(), vocabulary.sepId()));
  }

  private EncoderOptions options() {
    return new EncoderOptions(
        ifSet(pooling).map(value -> Pooling.valueOf(value.toUpperCase(Locale.ROOT))),
        ifSet(normalize).map(Boolean.class::cast),
        ifSet(maxLength()).map(Integer.class::cast),
        (Integer) getOrDefault(tokensPerBatch),
        DeviceSetting.valueOf(getOrDefault(device).toUpperCase(Locale.ROOT)));
  }
}
