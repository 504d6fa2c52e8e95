package io.retromae.etl.job;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.output.OutputMode;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.spark.LocalSpark;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** A job in a process of its own that tells of each finished task, to be killed in between. */
final class KilledJob {
  static final String TASK = "a task ended";
  static final String DONE = "the corpus is finished";

  private KilledJob() {}

  /** Runs the corpus job with the given settings. */
  public static void main(String[] settings) {
    try (JavaSparkContext spark = LocalSpark.shared()) {
      spark.sc().addSparkListener(new Teller());
      new CorpusEtlJob(
              spark, ConfigLoader.load(EtlConfig.class, List.of(), List.of(settings)), line -> {})
          .run(OutputMode.RESUME);
    }
    System.out.println(DONE);
    System.exit(0);
  }

  private static final class Teller extends SparkListener {
    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      System.out.println(TASK);
    }
  }
}
