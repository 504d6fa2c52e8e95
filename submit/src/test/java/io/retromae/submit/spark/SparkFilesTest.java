package io.retromae.submit.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** conf/spark-*.conf: nothing in them is unknown to Spark, malformed, or other than our default. */
class SparkFilesTest {
  private static final Path CONF = Path.of(System.getProperty("retromae.root")).resolve("conf");
  private static final Pattern SETTING = Pattern.compile("(# )?(spark\\.[\\w.]+)\\s+(\\S.*)");
  private static final JobDemand TRAINING =
      new JobDemand(2, 2, true, 1, "threads", false, 512, 300, 450, 1000, 2048);

  /** Lines that are settings, those commented out included. */
  private static List<SparkProperty> settings(String name) throws IOException {
    List<SparkProperty> settings = new ArrayList<>();
    for (String line : Files.readAllLines(CONF.resolve(name))) {
      Matcher setting = SETTING.matcher(line);
      if (setting.matches()) {
        settings.add(new SparkProperty(setting.group(2), setting.group(3).strip(), name));
      }
    }
    return settings;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark-local.conf",
        "spark-standalone.conf",
        "spark-yarn.conf",
        "spark-kubernetes.conf"
      })
  void sparkKnowsEveryKeyAndTakesEveryValue(String name) throws IOException {
    List<SparkProperty> settings = settings(name);

    assertTrue(settings.size() > 5, "found " + settings);
    for (SparkProperty setting : settings) {
      boolean elsewhere = setting.key().matches("spark\\.(yarn|kubernetes)\\..*");
      // Those are known where these parts of Spark are on the class path.
      assertTrue(elsewhere || SparkKeys.known(setting.key()), name + ": " + setting.key());
      assertTrue(SparkKeys.meant(setting.key()).isEmpty(), name + ": " + setting.key());
      if (!setting.value().equals("...")) {
        assertTrue(SparkKeys.refusal(setting.key(), setting.value()).isEmpty(), setting.key());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "spark-local.conf, local[*]",
    "spark-standalone.conf, spark://h:7077",
    "spark-yarn.conf, yarn",
    "spark-kubernetes.conf, k8s://https://h:443"
  })
  void theySayWhatWeWouldSay(String name, String master) {
    GivenProperties file = new GivenProperties().file(CONF.resolve(name));
    GivenProperties bare =
        new GivenProperties()
            .put("spark.master", master.replace("*", "2"), "")
            .put("spark.kubernetes.container.image", "i", "");
    Map<String, SparkProperty> given = file.all();

    SparkSetup setup = SparkSetup.of(bare, TRAINING, conf -> List.of());

    for (SparkProperty ours : setup.ours()) {
      if (given.containsKey(ours.key())) {
        assertEquals(ours.value(), given.get(ours.key()).value(), name + ": " + ours.key());
      }
    }
  }

  @Test
  void everySettingHasItsReasonAbove() throws IOException {
    for (String name : List.of("standalone", "yarn", "kubernetes", "local")) {
      boolean reason = false;
      for (String line : Files.readAllLines(CONF.resolve("spark-" + name + ".conf"))) {
        boolean setting = SETTING.matcher(line).matches();
        assertTrue(!setting || reason, name + ": " + line);
        reason = !line.isBlank() && (reason || line.startsWith("#"));
      }
    }
  }
}
