package io.retromae.submit.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ClusterException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final JobDemand DEMAND =
      new JobDemand(2, 1, false, 1, "", false, 512, 1024, 384, 0, 2048);

  private static String refusal(String... properties) {
    GivenProperties given = new GivenProperties();
    for (String property : properties) {
      String[] pair = property.split("=", 2);
      given.put(pair[0], pair[1], "--conf");
    }
    SparkSetup setup = SparkSetup.of(given, DEMAND, conf -> List.of());
    return assertThrows(ClusterException.class, () -> Sessions.start("test", setup)).getMessage();
  }

  @Test
  void aSparkThatDoesNotStartSaysWhyInALine() {
    String noCluster = refusal("spark.master=yarn");
    String noAddress = refusal("spark.master=local[1]", "spark.driver.bindAddress=203.0.113.7");

    assertEquals(
        "Spark cannot start with --master yarn: Could not parse Master URL: 'yarn'", noCluster);
    assertEquals(1, noAddress.lines().count(), noAddress);
    assertTrue(noAddress.contains("Cannot assign requested address"), noAddress);
  }

  @Test
  void whatAnEndedContextEchoesIsNoBugOfOurs() {
    RuntimeException echo =
        new IllegalStateException("Cannot call methods on a stopped SparkContext.\nThis stopped");
    RuntimeException bug = new IllegalStateException("row 7");

    RuntimeException meant = Sessions.meaningOf(new IllegalStateException("phase failed", echo));

    assertInstanceOf(ClusterException.class, meant);
    assertEquals(1, meant.getMessage().lines().count());
    assertSame(bug, Sessions.meaningOf(bug));
  }
}
