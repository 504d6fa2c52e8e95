package io.retromae.embed.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkException;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextEmbedderTest {
  private static final double ROUNDING = 1e-6;

  @TempDir private static Path model;

  @BeforeAll
  static void writeModel() throws IOException {
    TinyModel.write(model);
  }

  private static TextEmbedder embedder() {
    return new TextEmbedder()
        .setModelPath(model.toString())
        .setInputCol("text")
        .setOutputCol("vector");
  }

  private static List<double[]> vectors(Dataset<Row> texts) {
    List<Vector> vectors = LocalSql.column(texts, "vector");
    return vectors.stream().map(vector -> vector == null ? null : vector.toArray()).toList();
  }

  @Test
  void aTextHasTheSameVectorForOneTwoAndFourTasks() {
    Dataset<Row> texts = LocalSql.texts(LocalSql.many(300)); // more than the first window

    List<double[]> one = vectors(embedder().transform(texts.repartition(1)));

    for (int tasks : new int[] {2, 4}) {
      List<double[]> several = vectors(embedder().transform(texts.repartition(tasks)));
      for (int i = 0; i < one.size(); i++) {
        assertTrue(LocalSql.distance(one.get(i), several.get(i)) <= ROUNDING, "row " + i);
      }
    }
    assertEquals(1, LocalSql.length(one.get(0)), ROUNDING);
    assertTrue(LocalSql.distance(one.get(0), one.get(1)) > 0.01);
  }

  @Test
  void aTextHasTheSameVectorForAnyTokensPerBatch() {
    Dataset<Row> texts = LocalSql.texts(LocalSql.many(100));

    List<double[]> large = vectors(embedder().transform(texts));
    List<double[]> small = vectors(embedder().setTokensPerBatch(50).transform(texts));

    for (int i = 0; i < large.size(); i++) {
      assertTrue(LocalSql.distance(large.get(i), small.get(i)) <= ROUNDING, "row " + i);
    }
  }

  @Test
  void nullHasNoVectorAndAnEmptyTextThatOfItsTwoTokens() {
    String megabyte = "red ".repeat(1 << 18);
    Dataset<Row> texts = LocalSql.texts("red", null, "", megabyte, " \t");

    List<double[]> vectors = vectors(embedder().transform(texts));

    assertNull(vectors.get(1));
    assertEquals(TinyModel.WIDTH, vectors.get(2).length);
    assertArrayEquals(vectors.get(2), vectors.get(4), ROUNDING);
    assertTrue(LocalSql.distance(vectors.get(0), vectors.get(2)) > 0.01);
    String cut = "red ".repeat(TinyModel.POSITIONS - 2);
    List<double[]> ofCut = vectors(embedder().transform(LocalSql.texts(cut)));
    assertArrayEquals(ofCut.get(0), vectors.get(3), ROUNDING);
  }

  @Test
  void columnOfNullsAloneAndEmptyTablesPass() {
    assertNull(vectors(embedder().transform(LocalSql.texts(null, null))).get(1));
    assertEquals(0, embedder().transform(LocalSql.texts("red").limit(0)).count());
  }

  @Test
  void otherColumnsAndTheOrderOfRowsStay() {
    StructType schema =
        new StructType()
            .add("blob", DataTypes.BinaryType)
            .add("text", DataTypes.StringType)
            .add("time", DataTypes.TimestampType)
            .add(
                "a.price",
                DataTypes.createDecimalType(12, 3),
                true,
                Metadata.fromJson("{\"m\": 1}"))
            .add("tags", DataTypes.createArrayType(DataTypes.StringType))
            .add("map", DataTypes.createMapType(DataTypes.StringType, DataTypes.LongType))
            .add("inner", new StructType().add("x", DataTypes.DoubleType), false);
    Row full =
        RowFactory.create(
            new byte[] {1, 2},
            "red",
            Timestamp.valueOf("2026-01-02 03:04:05.678901"),
            new BigDecimal("123.456"),
            Arrays.asList("t", null),
            Map.of("k", 7L),
            RowFactory.create(1.5));
    Row nulls = RowFactory.create(null, null, null, null, null, null, RowFactory.create(2.5));
    Dataset<Row> rows =
        LocalSql.session().createDataFrame(List.of(full, nulls, full), schema).coalesce(1);

    Dataset<Row> embedded = embedder().transform(rows);

    assertEquals(rows.schema(), embedded.drop("vector").schema());
    List<String> before = rows.toJSON().collectAsList();
    assertEquals(before, embedded.drop("vector").toJSON().collectAsList());
  }

  @Test
  void tokensOfTheTokenizerGiveTheVectorOfTheText() {
    Dataset<Row> texts = LocalSql.texts("red green", null, "", "abc ".repeat(200), "red[SEP]green");
    TextTokenizer tokenizer =
        new TextTokenizer()
            .setModelPath(model.toString())
            .setInputCol("text")
            .setOutputCol("tokens");

    Dataset<Row> tokens = tokenizer.transform(texts);
    List<double[]> ofTokens = vectors(embedder().setInputCol("tokens").transform(tokens));

    List<double[]> ofTexts = vectors(embedder().transform(texts));
    assertNull(ofTokens.get(1));
    for (int row : new int[] {0, 2, 3, 4}) {
      assertArrayEquals(ofTexts.get(row), ofTokens.get(row), ROUNDING);
    }
  }

  @Test
  void paddingOfForeignTokensIsNotReadAndOtherTokensAreRefused() {
    String padded = "named_struct('input_ids', array(2, 13, 3, 0, 0), 'attention_mask', %s)";
    Dataset<Row> text = LocalSql.texts("red");
    Dataset<Row> good =
        text.withColumn("tokens", functions.expr(padded.formatted("array(1, 1, 1, 0, 0)")));
    Dataset<Row> bad =
        text.withColumn("tokens", functions.expr(padded.formatted("array(1, 1, 1, 1, 1)")));
    TextEmbedder embedder = embedder().setInputCol("tokens");

    List<double[]> vectors = vectors(embedder.transform(good));

    assertArrayEquals(vectors(embedder().transform(text)).get(0), vectors.get(0), ROUNDING);
    SparkException e =
        assertThrows(SparkException.class, () -> embedder.transform(bad).collectAsList());
    String said = e.toString() + e.getCause();
    assertTrue(
        said.contains(
            "column tokens: the 5 ids with attention_mask = 1 do not begin with [CLS] (2)"),
        said);
  }

  @Test
  void theFolderDecidesWhatIsNotSet(@TempDir Path said) throws IOException {
    TinyModel.write(said);
    TinyModel.sayMeanAndPrompts(said);
    Dataset<Row> texts = LocalSql.texts("red green blue");

    double[] asSaid = vectors(embedder().setModelPath(said.toString()).transform(texts)).get(0);

    TextEmbedder told = embedder().setPooling("mean").setNormalize(false);
    assertArrayEquals(vectors(told.transform(texts)).get(0), asSaid, ROUNDING);
    assertTrue(Math.abs(LocalSql.length(asSaid) - 1) > 0.01);
    TextEmbedder query = embedder().setModelPath(said.toString()).setPromptName("query");
    TextEmbedder spelt = embedder().setModelPath(said.toString()).setInstruction("query: ");
    double[] named = vectors(query.transform(texts)).get(0);
    assertArrayEquals(vectors(spelt.transform(texts)).get(0), named, ROUNDING);
    assertTrue(LocalSql.distance(asSaid, named) > 0.001);
  }

  @Test
  void arraysHoldTheSameNumbers() {
    Dataset<Row> texts = LocalSql.texts("red", null);

    Dataset<Row> arrays = embedder().setOutputType("array").transform(texts);

    assertEquals("array<float>", arrays.schema().apply("vector").dataType().catalogString());
    List<Row> rows = arrays.orderBy("id").collectAsList();
    List<Float> first = rows.get(0).getList(2);
    double[] values = first.stream().mapToDouble(Float::doubleValue).toArray();
    assertArrayEquals(vectors(embedder().transform(texts)).get(0), values, ROUNDING);
    assertTrue(rows.get(1).isNullAt(2));
  }

  @Test
  void widthOfVectorsIsToldToLaterStages() {
    Dataset<Row> embedded = embedder().transform(LocalSql.texts("red"));

    AttributeGroup group = AttributeGroup.fromStructField(embedded.schema().apply("vector"));

    assertEquals(TinyModel.WIDTH, group.size());
  }

  @Test
  void streamsHaveVectorsToo(@TempDir Path folder) throws Exception {
    Path in = Files.createDirectory(folder.resolve("in"));
    Files.writeString(in.resolve("a.json"), "{\"id\": 0, \"text\": \"red\"}\n{\"id\": 1}\n");
    Dataset<Row> stream =
        LocalSql.session().readStream().schema("id INT, text STRING").json(in.toString());

    StreamingQuery query =
        embedder()
            .transform(stream)
            .writeStream()
            .format("memory")
            .queryName("streamed")
            .trigger(Trigger.AvailableNow())
            .start();
    query.processAllAvailable();
    query.stop();

    List<double[]> vectors = vectors(LocalSql.session().table("streamed"));
    assertEquals(2, vectors.size());
    assertNotNull(vectors.get(0));
    assertNull(vectors.get(1));
  }
}
