package io.retromae.etl.job;

import java.io.Serializable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * What cleaning has done so far, for people who wait: tasks that are done again count twice, so no
 * sum of the report comes from here.
 */
record CleanCounters(LongAccumulator documents, LongAccumulator textBytes, LongAccumulator stored)
    implements Serializable {
  static final String DOCUMENTS = "retromae.documents";
  static final String TEXT_BYTES = "retromae.text_bytes";
  static final String STORED_BYTES = "retromae.stored_bytes";

  static CleanCounters register(JavaSparkContext spark) {
    return new CleanCounters(
        spark.sc().longAccumulator(DOCUMENTS),
        spark.sc().longAccumulator(TEXT_BYTES),
        spark.sc().longAccumulator(STORED_BYTES));
  }
}
