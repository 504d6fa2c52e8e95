package io.retromae.embed.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.spark.SparkConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskPlaceTest {
  @ParameterizedTest(name = "{0}, spark.executor.cores {1}: {2} of 16")
  @CsvSource({
    "local, , 1",
    "local[4], , 4",
    "'local[4, 2]', , 4",
    "local[*], , 16",
    "local[*], 2, 16",
    "'local-cluster[2,1,1024]', , 16",
    "'local-cluster[2,1,1024]', 1, 1",
    "spark://host:7077, , 16",
    "spark://host:7077, 5, 5",
    "yarn, , 1",
    "yarn, 8, 8",
    "k8s://https://host:443, , 1",
    "k8s://https://host:443, 32, 16"
  })
  void threadsAreTheCoresThatSparkGivesToTheProcess(String master, Integer cores, int threads) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    if (cores != null) {
      conf.set("spark.executor.cores", cores.toString());
    }

    assertEquals(threads, TaskPlace.threads(conf, 16));
  }
}
