package io.retromae.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.retromae.core.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

/** Credentials reach executors, which are other processes here, and tasks do not bring them. */
class SparkSurroundingsTest {
  @Test
  void executorsTakeCredentialsFromTheApplication() throws Exception {
    SparkConf conf =
        LocalSpark.conf("local-cluster[1,1,1024]")
            .set("spark.executor.memory", "1g")
            .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .set("spark.hadoop.fs.s3a.secret.key", "hush");
    try (JavaSparkContext spark =
        LocalSpark.alone(conf)) { // executors have credentials of their own
      Storage storage = SparkSurroundings.storage(spark);
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(sent)) {
        out.writeObject(storage);
      }

      List<String> there =
          spark
              .parallelize(List.of(1), 1)
              .map(one -> storage.configuration().get("fs.s3a.secret.key"))
              .collect();

      assertFalse(sent.toString(StandardCharsets.ISO_8859_1).contains("hush"));
      assertEquals(List.of("hush"), there);
    }
  }
}
