package io.retromae.core.planted;

import org.apache.spark.SparkConf;

/** Knows Spark on a floor that must not. A fault for {@code FloorsTest}. */
interface KnowsSpark {
  SparkConf fault();
}
