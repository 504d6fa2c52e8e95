package io.retromae.cluster.hdfs;

import io.retromae.cluster.Child;
import io.retromae.cluster.Journey;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs, vocabulary, corpus, run and export on HDFS. */
class HdfsTest {
  @TempDir static Path folder;
  private static HdfsCluster hdfs;
  private static Storage storage;

  @BeforeAll
  static void start() throws IOException {
    hdfs = HdfsCluster.start(folder);
    storage = new Storage(hdfs.configuration());
    Journey.provide(storage, hdfs.uri() + "/raw");
  }

  @AfterAll
  static void stop() {
    hdfs.close();
  }

  @AfterEach
  void behave() {
    hdfs.behave();
  }

  private static Journey journey(String name) throws IOException {
    return new Journey(hdfs.retromae(), storage, hdfs.uri() + "/raw", hdfs.uri() + "/" + name);
  }

  @Test
  void rawTextBecomesAModel() throws Exception {
    Journey journey = journey("undisturbed");
    try (Child etl = journey.startEtl()) {
      etl.done();
    }
    try (Child pretrain = journey.startPretrain()) {
      pretrain.done();
    }
    journey.assertSameBytes();
  }
}
