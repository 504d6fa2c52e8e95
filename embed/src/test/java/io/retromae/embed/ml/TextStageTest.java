package io.retromae.embed.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TextStageTest {
  private static final StructType SCHEMA =
      new StructType()
          .add("text", DataTypes.StringType)
          .add("number", DataTypes.LongType)
          .add("twice", DataTypes.StringType)
          .add("twice", DataTypes.StringType)
          .add("tokens", Column.TOKENS)
          .add(
              "longs",
              new StructType()
                  .add("input_ids", DataTypes.createArrayType(DataTypes.LongType))
                  .add("attention_mask", DataTypes.createArrayType(DataTypes.LongType)));

  private static TextEmbedder embedder() {
    return new TextEmbedder("e").setModelPath("m").setInputCol("text").setOutputCol("vector");
  }

  private static TextTokenizer tokenizer() {
    return new TextTokenizer("t").setModelPath("m").setInputCol("text").setOutputCol("tokens2");
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(
            embedder().setInputCol("body"),
            "e: inputCol = body: there is no such column; there are text, number, twice, twice, tokens, longs"),
        Arguments.of(
            embedder().setInputCol("number"),
            "e: inputCol = number: is bigint; must be string or"
                + " struct<input_ids:array<int>,attention_mask:array<int>>, as TextTokenizer makes"
                + " it"),
        Arguments.of(
            embedder().setInputCol("longs"),
            "e: inputCol = longs: is"
                + " struct<input_ids:array<bigint>,attention_mask:array<bigint>>; must be string or"
                + " struct<input_ids:array<int>,attention_mask:array<int>>, as TextTokenizer makes"
                + " it"),
        Arguments.of(
            embedder().setInputCol("twice"), "e: inputCol = twice: two columns have that name"),
        Arguments.of(
            embedder().setOutputCol("Text"),
            "e: outputCol = Text: the column text is there already; drop it or choose another name"),
        Arguments.of(
            embedder().setInstruction("a").setPromptName("b"),
            "e: instruction and promptName are both set, and a text has one beginning; clear one"),
        Arguments.of(
            embedder().setInputCol("tokens").setInstruction("a"),
            "e: inputCol = tokens: holds tokens, before which no instruction can be put; set it on"
                + " the TextTokenizer"),
        Arguments.of(
            new TextEmbedder("e").setInputCol("text").setModelPath("m"),
            "e: outputCol is not set: column that is added; must not be there"),
        Arguments.of(
            tokenizer().setInputCol("tokens"),
            "t: inputCol = tokens: is struct<input_ids:array<int>,attention_mask:array<int>>; must"
                + " be string"),
        Arguments.of(
            tokenizer().setOutputCol("number"),
            "t: outputCol = number: the column number is there already; drop it or choose another"
                + " name"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatCannotBeReadOrAddedIsRefusedInOneLine(TextStage<?> stage, String line) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> stage.transformSchema(SCHEMA));

    assertEquals(line, e.getMessage());
  }

  @Test
  void schemaGainsTheColumnAlone() {
    StructType vectors = embedder().transformSchema(SCHEMA);
    StructType tokens = tokenizer().transformSchema(SCHEMA);

    assertEquals(SCHEMA.size() + 1, vectors.size());
    assertEquals("vector", vectors.apply("vector").dataType().typeName());
    assertEquals(Column.TOKENS, tokens.apply("tokens2").dataType());
    assertTrue(tokens.apply("tokens2").nullable());
  }

  @Test
  void valuesThatMeanNothingAreRefusedWhenTheyAreSet() {
    TextEmbedder embedder = embedder();

    assertThrows(IllegalArgumentException.class, () -> embedder.setPooling("max"));
    assertThrows(IllegalArgumentException.class, () -> embedder.setOutputType("list"));
    assertThrows(IllegalArgumentException.class, () -> embedder.setDevice("gpu"));
    assertThrows(IllegalArgumentException.class, () -> embedder.setMaxLength(2));
    assertThrows(IllegalArgumentException.class, () -> embedder.setTokensPerBatch(0));
    assertFalse(embedder.isSet(embedder.pooling()));
  }

  @Test
  void folderThatIsNoModelIsRefusedOnTheDriver(@TempDir Path empty) throws IOException {
    TextEmbedder embedder = embedder().setModelPath(empty.toString());

    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> embedder.transform(LocalSql.texts("red")));

    assertTrue(e.getMessage().startsWith("e: "), e.getMessage());
    assertTrue(e.getMessage().contains(empty.toString()), e.getMessage());
  }

  @Test
  void lengthAboveThePositionsAndUnknownPromptsAreRefused(@TempDir Path model) throws IOException {
    TinyModel.write(model);
    TinyModel.sayMeanAndPrompts(model);
    TextEmbedder tooLong = embedder().setModelPath(model.toString()).setMaxLength(65);
    TextEmbedder unknown = embedder().setModelPath(model.toString()).setPromptName("document");

    String length = refusal(tooLong);
    String prompt = refusal(unknown);

    assertTrue(length.contains("65") && length.contains("3 to 64"), length);
    assertEquals(
        "e: promptName = document: %s names no such prompt, but [query]; set instruction instead"
            .formatted(model),
        prompt);
  }

  private static String refusal(TextEmbedder embedder) {
    return assertThrows(
            IllegalArgumentException.class, () -> embedder.transform(LocalSql.texts("red")))
        .getMessage();
  }

  @Test
  void copiesKeepWhatIsSetAndTakeWhatIsGivenBesides() {
    TextEmbedder embedder = embedder().setPooling("mean").setNormalize(false);

    TextEmbedder copy =
        embedder.copy(new ParamMap().put(embedder.outputType(), "array")); // as estimators do

    assertEquals("e", copy.uid());
    assertEquals("mean", copy.getOrDefault(copy.pooling()));
    assertEquals("array", copy.getOrDefault(copy.outputType()));
    assertEquals("vector", embedder.getOrDefault(embedder.outputType()));
  }
}
