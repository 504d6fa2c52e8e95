package io.retromae.embed.job.texts;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.embed.job.EmbedCounters;
import io.retromae.embed.job.EmbedProgress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** Makes the vectors of sets on the cluster, those that are not there yet. */
public final class SetEncoding {
  private final JavaSparkContext spark;
  private final Storage storage;
  private final EmbedProgress following;

  /** On a cluster. */
  public SetEncoding(JavaSparkContext spark, Storage storage, EmbedProgress following) {
    this.spark = spark;
    this.storage = storage;
    this.following = following;
  }

  /**
   * Embeds the texts of some sets; those of one name are made once.
   *
   * @param model as progress calls it
   */
  public void run(String model, List<VectorSet> sets) {
    // One job for each specification, so that a process has one model at a time.
    Map<EncoderSpec, Map<String, VectorSet>> bySpec = new LinkedHashMap<>();
    for (VectorSet set : sets) {
      bySpec.computeIfAbsent(set.spec(), spec -> new LinkedHashMap<>()).put(set.name(), set);
    }
    bySpec.values().forEach(some -> encode(model, List.copyOf(some.values())));
  }

  private void encode(String model, List<VectorSet> sets) {
    List<VectorSet.Part> parts = new ArrayList<>();
    long texts = 0;
    for (VectorSet set : sets) {
      texts += set.texts().count();
      for (int part = 0; part < set.texts().parts(); part++) {
        parts.add(new VectorSet.Part(set, part));
      }
    }
    Storage storage = this.storage; // for tasks, which must not take this object along
    if (parts.isEmpty()) {
      return;
    }
    following.expect(texts);
    spark.setJobGroup(
        EmbedProgress.ENCODE, "embed %,d texts with %s".formatted(texts, model), true);
    EmbedCounters counters = EmbedCounters.register(spark);
    List<Tuple2<String, String>> files =
        spark
            .parallelize(parts, parts.size())
            .map(part -> new Tuple2<>(part.set().name(), EncodePart.run(storage, part, counters)))
            .collect();
    Map<String, Set<String>> kept = new HashMap<>();
    files.forEach(file -> kept.computeIfAbsent(file._1(), s -> new HashSet<>()).add(file._2()));
    sets.forEach(
        set -> clean(storage, set.texts(), set.name(), kept.getOrDefault(set.name(), Set.of())));
  }

  /**
   * Takes away what attempts that were killed have left in a folder of vectors.
   *
   * @param name path of the folder within the job's
   * @param kept names of the files that are told by receipts
   */
  static void clean(Storage storage, StoredTexts texts, String name, Set<String> kept) {
    String folder = texts.output() + "/" + name;
    OwnedFolder owned = new OwnedFolder(storage, texts.output());
    int found = 0;
    for (StoredFile file : storage.files(folder)) {
      String own = file.path().substring(file.path().lastIndexOf('/') + 1);
      if (kept.contains(own)) {
        found++;
      } else if (EncodePart.FILE.matcher(own).matches()) {
        owned.deleteListed(file.path());
      }
    }
    if (found != kept.size()) {
      throw new ClusterException(
          "%s: %d files of vectors, %d were written; somebody else deletes there"
              .formatted(folder, found, kept.size()));
    }
  }
}
