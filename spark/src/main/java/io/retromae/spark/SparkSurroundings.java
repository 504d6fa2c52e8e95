package io.retromae.spark;

import io.retromae.core.storage.Storage;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import scala.Tuple2;

/**
 * Hadoop's configuration as Spark gives it to this process, driver or executor: Hadoop's files
 * here, the usual variables for S3, {@code spark.hadoop.*} properties of the application.
 */
public record SparkSurroundings() implements Storage.Surroundings {
  private static final long serialVersionUID = 1L;
  private static final String PREFIX = "spark.hadoop.";

  /** What reaches all that the context reaches, on the driver and in tasks. */
  public static Storage storage(JavaSparkContext spark) {
    return new Storage(spark.hadoopConfiguration(), new SparkSurroundings());
  }

  @Override
  public Configuration configuration() {
    Configuration own = new Configuration(SparkHadoopUtil.get().conf());
    SparkEnv environment = SparkEnv.get();
    if (environment != null) { // none in a test without Spark
      for (Tuple2<String, String> property : environment.conf().getAll()) {
        if (property._1().startsWith(PREFIX)) {
          own.set(property._1().substring(PREFIX.length()), property._2());
        }
      }
    }
    return own;
  }
}
