package io.retromae.embed.job.evaluate;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.embed.evaluate.Competitor;
import io.retromae.embed.job.EmbedCounters;
import io.retromae.embed.job.EmbedProgress;
import io.retromae.embed.task.Task;
import io.retromae.embed.task.TextSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** Makes the vectors of a competitor's sets on the cluster, those that are not there yet. */
final class Encoding {
  private final JavaSparkContext spark;
  private final Storage storage;
  private final String output;
  private final EmbedProgress following;

  /**
   * On a cluster.
   *
   * @param output qualified folder of the job
   */
  Encoding(JavaSparkContext spark, Storage storage, String output, EmbedProgress following) {
    this.spark = spark;
    this.storage = storage;
    this.output = output;
    this.following = following;
  }

  /** Embeds the texts of all tasks. */
  void run(Competitor.Encoder encoder, List<Task> tasks) {
    // One job for each specification, so that a process has one model at a time.
    Map<EncoderSpec, Map<String, VectorSet>> bySpec = new LinkedHashMap<>();
    for (Task task : tasks) {
      for (TextSet set : TextSet.values()) {
        if (task.texts().containsKey(set)) {
          VectorSet vectors = VectorSet.of(output, encoder, task, set);
          bySpec
              .computeIfAbsent(vectors.spec(), spec -> new LinkedHashMap<>())
              .put(vectors.name(), vectors); // tasks may share texts
        }
      }
    }
    bySpec.values().forEach(sets -> run(encoder.name(), List.copyOf(sets.values())));
  }

  private void run(String competitor, List<VectorSet> sets) {
    List<VectorSet.Part> parts = new ArrayList<>();
    long texts = 0;
    for (VectorSet set : sets) {
      texts += set.texts().count();
      for (int part = 0; part < set.texts().parts(); part++) {
        parts.add(new VectorSet.Part(set, part));
      }
    }
    Storage storage = this.storage; // for tasks, which must not take this object along
    following.expect(texts);
    spark.setJobGroup(
        EmbedProgress.ENCODE, "embed %,d texts with %s".formatted(texts, competitor), true);
    EmbedCounters counters = EmbedCounters.register(spark);
    List<Tuple2<String, String>> files =
        spark
            .parallelize(parts, parts.size())
            .map(part -> new Tuple2<>(part.set().name(), EncodePart.run(storage, part, counters)))
            .collect();
    Map<String, Set<String>> kept = new HashMap<>();
    files.forEach(file -> kept.computeIfAbsent(file._1(), s -> new HashSet<>()).add(file._2()));
    sets.forEach(set -> clean(set, kept.get(set.name())));
  }

  /** Takes away what attempts that were killed have left among the files of vectors. */
  private void clean(VectorSet set, Set<String> kept) {
    OwnedFolder owned = new OwnedFolder(storage, output);
    int found = 0;
    for (StoredFile file : storage.files(set.folder())) {
      String name = file.path().substring(file.path().lastIndexOf('/') + 1);
      if (kept.contains(name)) {
        found++;
      } else if (EncodePart.FILE.matcher(name).matches()) {
        owned.deleteListed(file.path());
      }
    }
    if (found != kept.size()) {
      throw new ClusterException(
          "%s: %d files of vectors, %d were written; somebody else deletes there"
              .formatted(set.folder(), found, kept.size()));
    }
  }
}
