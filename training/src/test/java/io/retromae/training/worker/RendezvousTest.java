package io.retromae.training.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.training.collective.Collective;
import io.retromae.training.device.DeviceChoice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.junit.jupiter.api.Test;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/** Two barrier tasks find each other, and compare what they work from. */
class RendezvousTest {
  private static final String ONE = "1".repeat(64);
  private static final String OTHER = "2".repeat(64);

  private static WorkerSpec spec(FakeTask task) {
    Storage storage = new Storage(new Configuration());
    return new WorkerSpec(
        task, storage, "run", "", 1, 2, List.of(), "127.0.0.1", 1, new byte[32], false);
  }

  /** Joins with its own spec, and returns how that ended. */
  private static final class Join extends AbstractFunction1<Iterator<Integer>, Iterator<String>>
      implements java.io.Serializable {
    private static final long serialVersionUID = 1L;
    private final ArrayList<FakeTask> tasks;

    Join(List<FakeTask> tasks) {
      this.tasks = new ArrayList<>(tasks);
    }

    @Override
    public Iterator<String> apply(Iterator<Integer> partition) {
      BarrierTaskContext context = BarrierTaskContext.get();
      FakeTask task = tasks.get(context.partitionId());
      WorkerView seen = new WorkerView(task.settingsFingerprint(), task.seen());
      try (Collective ranks =
          Rendezvous.join(spec(task), context, task.settings(), DeviceChoice.ON_CPU, seen)) {
        ranks.barrier();
        return Iterator$.MODULE$.single("joined " + ranks.worldSize());
      } catch (ConfigException e) {
        return Iterator$.MODULE$.single(e.getMessage());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static List<String> join(JavaSparkContext spark, FakeTask zero, FakeTask one) {
    RDD<Integer> ranks = spark.parallelize(List.of(0, 1), 2).rdd();
    Join join = new Join(List.of(zero, one));
    RDD<String> ends =
        ranks.barrier().mapPartitions(join, false, ClassTag$.MODULE$.apply(String.class));
    return ends.toJavaRDD().collect();
  }

  @Test
  void tasksThatSeeOtherFilesOrHaveOtherSettingsAreRefusedNamingBoth() {
    FakeTask good = new FakeTask(ONE, ONE, ONE);
    try (var spark = new JavaSparkContext(LocalCluster.conf("local[2]"))) {
      List<String> joined = join(spark, good, good);
      List<String> corpora = join(spark, good, new FakeTask(ONE, ONE, OTHER));
      List<String> settings = join(spark, good, new FakeTask(OTHER, ONE, ONE));

      assertEquals(List.of("joined 2", "joined 2"), joined);
      for (String refusal : corpora) {
        assertTrue(refusal.startsWith("rank 1 (host 127.0.0.1) sees a corpus "), refusal);
        assertTrue(refusal.contains(ONE.substring(0, 16)), refusal);
        assertTrue(refusal.contains(OTHER.substring(0, 16)), refusal);
      }
      assertTrue(settings.get(0).startsWith("rank 1 (host 127.0.0.1) has settings "));
      assertTrue(settings.get(1).startsWith("rank 0 (host 127.0.0.1) has settings "));
      assertTrue(settings.get(0).matches(".* \\w{16}, another rank has \\w{16}; .*"));
    }
  }

  @Test
  void anAddressThatOtherHostsCannotReachIsRefused() {
    List<RankLocation> two =
        List.of(new RankLocation(0, "a", "cpu"), new RankLocation(1, "b", "cpu"));
    InetAddress loopback = InetAddress.getLoopbackAddress();

    var refusal =
        assertThrows(ConfigException.class, () -> Rendezvous.refuseLoopback(loopback, two));

    assertTrue(refusal.getMessage().contains("127.0.0.1"), refusal.getMessage());
    Rendezvous.refuseLoopback(loopback, two.subList(0, 1));
  }
}
