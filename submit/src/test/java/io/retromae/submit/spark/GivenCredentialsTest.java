package io.retromae.submit.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class GivenCredentialsTest {
  private static SparkConf given(SparkConf conf, String... keysAndValues) {
    Configuration hadoop = new Configuration();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      hadoop.set(keysAndValues[i], keysAndValues[i + 1]);
    }
    Sessions.giveCredentials(conf, hadoop);
    return conf;
  }

  @Test
  void credentialsOfTheDriverAloneBecomePropertiesThatSparkHides() {
    SparkConf conf =
        given(
            new SparkConf(false),
            "fs.s3a.secret.key",
            "hush",
            "fs.azure.account.key.me.blob.core.windows.net",
            "hush",
            "fs.s3a.endpoint",
            "here");

    assertEquals("hush", conf.get("spark.hadoop.fs.s3a.secret.key"));
    assertFalse(conf.contains("spark.hadoop.fs.s3a.endpoint"));
    assertFalse(conf.toDebugString().contains("hush"), conf.toDebugString());
  }

  @Test
  void whatTheUserGaveStays() {
    SparkConf conf = new SparkConf(false).set("spark.redaction.regex", "mine");

    given(conf.set("spark.hadoop.fs.s3a.secret.key", "user's"), "fs.s3a.secret.key", "another");

    assertEquals("user's", conf.get("spark.hadoop.fs.s3a.secret.key"));
    assertEquals("mine", conf.get("spark.redaction.regex"));
  }

  /** Hadoop's own defaults are no credentials. */
  @Test
  void withoutCredentialsNothingIsAdded() {
    SparkConf conf = given(new SparkConf(false));

    assertEquals(0, conf.getAll().length, conf.toDebugString());
    assertTrue(conf.toDebugString().isEmpty());
  }
}
