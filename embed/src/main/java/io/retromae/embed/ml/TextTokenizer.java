package io.retromae.embed.ml;

import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.embed.encoder.EncoderOptions;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Adds the token ids of a text, as the model of a folder wants them: a struct of {@code input_ids}
 * and {@code attention_mask}, both array&lt;int&gt;, [CLS] and [SEP] included, not padded. A text
 * that is null has null tokens, an empty one [CLS] and [SEP].
 */
public final class TextTokenizer extends TextStage<TextTokenizer> {
  private static final long serialVersionUID = 1L;

  private static final class Reader implements DefaultParamsReadable<TextTokenizer> {}

  /** A stage of a new name. */
  public TextTokenizer() {
    this(Identifiable$.MODULE$.randomUID("textTokenizer"));
  }

  /** A stage of this name, as Spark's readers and copies make it. */
  public TextTokenizer(String uid) {
    super(uid);
  }

  /** Reads what {@code write} has written. */
  public static MLReader<TextTokenizer> read() {
    return new Reader().read();
  }

  /** Reads a stage from a folder. */
  public static TextTokenizer load(String path) {
    return read().load(path);
  }

  @Override
  TextTokenizer self() {
    return this;
  }

  /**
   * The schema with the column of tokens.
   *
   * @throws IllegalArgumentException if a parameter or a column is missing, of another type, or
   *     taken
   */
  @Override
  public StructType transformSchema(StructType schema) {
    checkPrefix();
    text(schema);
    StructField tokens = new StructField(given(outputCol()), Column.TOKENS, true, Metadata.empty());
    return added(schema, tokens);
  }

  private Column text(StructType schema) {
    Column column = input(schema);
    if (!column.isText()) {
      throw refusal(
          "inputCol = %s: is %s; must be string"
              .formatted(column.name(), column.type().catalogString()));
    }
    return column;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    EncoderFolder folder = folder(dataset.sparkSession());
    int longest = refusing(() -> folder.spec(options()).maxLength());
    TokenizeText tokenize =
        new TokenizeText(
            folder.vocabulary(), folder.wordRules(), prefix(folder.defaults()), longest);
    org.apache.spark.sql.Column text =
        dataset.col("`" + given(inputCol()).replace("`", "``") + "`");
    return dataset.withColumn(
        given(outputCol()), functions.udf(tokenize, Column.TOKENS).apply(text));
  }

  private EncoderOptions options() {
    EncoderOptions asFolder = EncoderOptions.DEFAULTS;
    return new EncoderOptions(
        asFolder.pooling(),
        asFolder.normalize(),
        ifSet(maxLength()).map(Integer.class::cast),
        asFolder.tokensPerBatch(),
        asFolder.device());
  }
}
