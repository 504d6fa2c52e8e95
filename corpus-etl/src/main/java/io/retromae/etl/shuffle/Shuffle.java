package io.retromae.etl.shuffle;

import io.retromae.core.shard.Sample;
import io.retromae.core.shard.ShardEntry;
import io.retromae.etl.work.EtlContext;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** Second half of pass B on the cluster: the samples of all units, in global order, as shards. */
public final class Shuffle {
  private final JavaSparkContext spark;
  private final EtlContext context;

  /** A shuffle within one corpus folder. */
  public Shuffle(JavaSparkContext spark, EtlContext context) {
    this.spark = spark;
    this.context = context;
  }

  /** Finds, in a task, the packed samples of a unit. */
  @FunctionalInterface
  public interface PackedUnit extends Serializable {
    /** The file of samples that the unit of this number left. */
    ShardEntry of(EtlContext context, int unit);
  }

  /**
   * Writes the shards.
   *
   * @param units how many left samples
   * @param plan of the shards
   * @param seed of the order
   * @return the shards in order
   */
  public List<ShardEntry> run(int units, PackedUnit packed, ShardPlan plan, long seed) {
    EtlContext context = this.context; // for tasks, which must not take this object along
    List<Integer> numbers = IntStream.range(0, units).boxed().toList();
    spark.setJobGroup("retromae-etl-shuffle", "global shuffle, shards", true);
    JavaPairRDD<ShuffleKey, Sample> keyed =
        spark
            .parallelize(numbers, Math.max(1, units))
            .flatMapToPair(unit -> ShardTask.read(context, packed.of(context, unit), seed));
    List<Integer> written =
        keyed
            .repartitionAndSortWithinPartitions(new ShardPartitioner(plan.shards()))
            .mapPartitions(
                samples -> {
                  int shard = TaskContext.getPartitionId();
                  ShardTask.write(context, plan, shard, samples);
                  return List.of(shard).iterator();
                })
            .collect();
    return written.stream().sorted().map(shard -> ShardTask.written(context, shard)).toList();
  }
}
