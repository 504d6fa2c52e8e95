package io.retromae.submit;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.deploy.SparkSubmitArguments;
import scala.collection.JavaConverters;
import scala.collection.immutable.Map;

/** Spark's own reading of a spark-submit command. */
final class SparkArguments {
  private SparkArguments() {}

  /** Parses the words behind the executable; Spark throws if they are not right. */
  @SuppressWarnings("deprecation") // the one conversion that Scala 2.12 and 2.13 both have
  static SparkSubmitArguments parse(List<String> words) {
    var args = JavaConverters.asScalaIterator(words.subList(1, words.size()).iterator()).toList();
    return new SparkSubmitArguments(args, new Map.Map1<>("HADOOP_CONF_DIR", "/etc/hadoop/conf"));
  }

  /** What our main class would be given. */
  static List<String> ofOurs(SparkSubmitArguments parsed) {
    List<String> words = new ArrayList<>();
    var all = parsed.childArgs().iterator();
    while (all.hasNext()) {
      words.add(all.next());
    }
    return words;
  }
}
