package io.retromae.submit.spark;

import io.retromae.core.config.Secrets;

/**
 * A Spark property with its story.
 *
 * @param key Spark's name
 * @param value as Spark reads it
 * @param reason why we set it, or where it was given
 */
public record SparkProperty(String key, String value, String reason) {
  /** The value as it may be shown. */
  public String shown() {
    return Secrets.shown(key, value);
  }
}
