package io.retromae.embed.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.HashingTF;
import org.apache.spark.ml.feature.Tokenizer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedPipelineTest {
  @TempDir private Path folder;

  private Pipeline pipeline() throws IOException {
    String model = TinyModel.write(Files.createDirectory(folder.resolve("model")));
    PipelineStage[] stages = {
      new TextTokenizer().setModelPath(model).setInputCol("text").setOutputCol("tokens"),
      new TextEmbedder()
          .setModelPath(model)
          .setInputCol("tokens")
          .setOutputCol("vector")
          .setPooling("mean"),
      new Tokenizer().setInputCol("text").setOutputCol("words"),
      new HashingTF().setInputCol("words").setOutputCol("counts").setNumFeatures(16),
      new VectorAssembler()
          .setInputCols(new String[] {"vector", "counts"})
          .setOutputCol("features"),
      new LogisticRegression().setMaxIter(5)
    };
    return new Pipeline().setStages(stages);
  }

  private static Dataset<Row> labelled() {
    return LocalSql.texts(LocalSql.many(40)).withColumn("label", functions.expr("double(id % 2)"));
  }

  @Test
  void pipelineWithStagesOfSparkIsFittedSavedAndLoadedWithEqualPredictions() throws IOException {
    Dataset<Row> rows = labelled();
    PipelineModel fitted = pipeline().fit(rows);
    List<Vector> before = LocalSql.column(fitted.transform(rows), "probability");

    fitted.write().overwrite().save(folder.resolve("saved").toString());
    PipelineModel loaded = PipelineModel.load(folder.resolve("saved").toString());

    List<Vector> after = LocalSql.column(loaded.transform(rows), "probability");
    for (int i = 0; i < before.size(); i++) {
      assertArrayEquals(before.get(i).toArray(), after.get(i).toArray(), 1e-6);
    }
  }

  @Test
  void unfittedPipelineIsSavedToo() throws IOException {
    pipeline().save(folder.resolve("plan").toString());

    Pipeline loaded = Pipeline.load(folder.resolve("plan").toString());

    TextEmbedder embedder = (TextEmbedder) loaded.getStages()[1];
    assertEquals("mean", embedder.getOrDefault(embedder.pooling()));
    assertFalse(embedder.isSet(embedder.maxLength()));
  }

  @Test
  void stageAloneIsSavedWithItsName() throws IOException {
    TextTokenizer tokenizer =
        new TextTokenizer().setModelPath("m").setInputCol("a").setOutputCol("b").setMaxLength(9);

    tokenizer.save(folder.resolve("stage").toString());
    TextTokenizer loaded = TextTokenizer.load(folder.resolve("stage").toString());

    assertEquals(tokenizer.uid(), loaded.uid());
    assertEquals(9, loaded.getOrDefault(loaded.maxLength()));
  }
}
