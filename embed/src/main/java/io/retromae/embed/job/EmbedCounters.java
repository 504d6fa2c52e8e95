package io.retromae.embed.job;

import java.io.Serializable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * What tasks have done so far, for people who wait: tasks that are done again count twice, so no
 * sum of the report comes from here.
 *
 * @param texts rows of finished windows
 * @param tokens of their texts, special ones not counted
 * @param earlier rows of units that an earlier start has finished
 */
public record EmbedCounters(LongAccumulator texts, LongAccumulator tokens, LongAccumulator earlier)
    implements Serializable {
  static final String TEXTS = "retromae.texts";
  static final String TOKENS = "retromae.tokens";
  static final String EARLIER = "retromae.texts_earlier";

  public static EmbedCounters register(JavaSparkContext spark) {
    return new EmbedCounters(
        spark.sc().longAccumulator(TEXTS),
        spark.sc().longAccumulator(TOKENS),
        spark.sc().longAccumulator(EARLIER));
  }
}
