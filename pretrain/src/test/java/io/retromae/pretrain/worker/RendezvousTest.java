package io.retromae.pretrain.worker;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.batch.TrainingCorpus;
import io.retromae.pretrain.collective.Collective;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.job.LocalCluster;
import io.retromae.pretrain.job.PretrainJobTest;
import io.retromae.pretrain.job.TestCorpus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/** Two barrier tasks find each other; a path may lead each of them to other files. */
class RendezvousTest {
  @TempDir static Path folder;

  @BeforeAll
  static void writeCorpora() throws IOException {
    TestCorpus.write(folder.resolve("corpus"), 160);
    TestCorpus.write(folder.resolve("other"), 200);
  }

  /** Storage in which {@code viewfs:///corpus} is a folder of this machine. */
  private static Storage seeing(String name) {
    Configuration configuration = new Configuration();
    String target = folder.resolve(name).toUri().toString();
    configuration.set("fs.viewfs.mounttable.default.link./corpus", target);
    configuration.set("fs.viewfs.impl.disable.cache", "true");
    return new Storage(configuration);
  }

  private static PretrainConfig config(List<String> settings) {
    return ConfigLoader.load(PretrainConfig.class, List.of(), settings).value();
  }

  private static WorkerSpec spec(Storage storage, String... more) throws IOException {
    return new WorkerSpec(
        settings(more),
        List.of(),
        storage,
        "run",
        fingerprint("corpus"),
        List.of(1L),
        "",
        1,
        2,
        "127.0.0.1",
        1,
        new byte[32],
        false);
  }

  /** Joins with its own spec, and returns how that ended. */
  private static final class Join extends AbstractFunction1<Iterator<Integer>, Iterator<String>>
      implements java.io.Serializable {
    private static final long serialVersionUID = 1L;
    private final ArrayList<WorkerSpec> specs;

    Join(List<WorkerSpec> specs) {
      this.specs = new ArrayList<>(specs);
    }

    @Override
    public Iterator<String> apply(Iterator<Integer> partition) {
      BarrierTaskContext task = BarrierTaskContext.get();
      WorkerSpec spec = specs.get(task.partitionId());
      try (TrainingCorpus seen = TrainingCorpus.open(spec.storage(), spec.config());
          Collective ring =
              Rendezvous.join(
                  spec, task, spec.config(), DeviceChoice.ON_CPU, WorkerView.of(spec, seen))) {
        ring.barrier();
        return Iterator$.MODULE$.single("joined " + ring.worldSize());
      } catch (ConfigException e) {
        return Iterator$.MODULE$.single(e.getMessage());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static List<String> join(JavaSparkContext spark, WorkerSpec zero, WorkerSpec one) {
    RDD<Integer> ranks = spark.parallelize(List.of(0, 1), 2).rdd();
    Join join = new Join(List.of(zero, one));
    RDD<String> ends =
        ranks.barrier().mapPartitions(join, false, ClassTag$.MODULE$.apply(String.class));
    return ends.toJavaRDD().collect();
  }

  private static List<String> settings(String... more) {
    List<String> settings = new ArrayList<>(PretrainJobTest.settings(folder, "run"));
    settings.add("corpus=viewfs:///corpus");
    settings.addAll(List.of(more));
    return settings;
  }

  private static String fingerprint(String corpus) throws IOException {
    try (TrainingCorpus seen = TrainingCorpus.open(seeing(corpus), config(settings()))) {
      return seen.fingerprint();
    }
  }

  @Test
  void tasksThatSeeOtherFilesOrHaveOtherSettingsAreRefusedNamingBoth() throws IOException {
    WorkerSpec good = spec(seeing("corpus"));
    try (var spark = new JavaSparkContext(LocalCluster.conf("local[2]"))) {
      List<String> corpora = join(spark, good, spec(seeing("other")));
      List<String> settings = join(spark, good, spec(seeing("corpus"), "cluster.streams=2"));

      for (String refusal : corpora) {
        assertTrue(refusal.startsWith("rank 1 (host 127.0.0.1) sees a corpus "), refusal);
        assertTrue(refusal.contains(fingerprint("corpus").substring(0, 16)), refusal);
        assertTrue(refusal.contains(fingerprint("other").substring(0, 16)), refusal);
      }
      assertTrue(settings.get(0).startsWith("rank 1 (host 127.0.0.1) has settings "));
      assertTrue(settings.get(1).startsWith("rank 0 (host 127.0.0.1) has settings "));
      assertTrue(settings.get(0).matches(".* \\w{16}, another rank has \\w{16}; .*"));
    }
  }

  @Test
  void anAddressThatOtherHostsCannotReachIsRefused() {
    List<Seat> two = List.of(new Seat(0, "a", "cpu"), new Seat(1, "b", "cpu"));
    InetAddress loopback = InetAddress.getLoopbackAddress();

    var refusal =
        assertThrows(ConfigException.class, () -> Rendezvous.refuseLoopback(loopback, two));

    assertTrue(refusal.getMessage().contains("127.0.0.1"), refusal.getMessage());
    Rendezvous.refuseLoopback(loopback, two.subList(0, 1));
  }
}
