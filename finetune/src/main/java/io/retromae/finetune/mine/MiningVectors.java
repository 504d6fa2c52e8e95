package io.retromae.finetune.mine;

import io.retromae.core.storage.Storage;
import io.retromae.embed.job.EmbedProgress;
import io.retromae.embed.job.texts.SetEncoding;
import io.retromae.embed.job.texts.SetGathering;
import io.retromae.embed.job.texts.VectorSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/** Makes the vectors of all sets, or brings recorded ones into their order. */
final class MiningVectors {
  private final JavaSparkContext spark;
  private final Storage storage;
  private final EmbedProgress following;

  MiningVectors(JavaSparkContext spark, Storage storage, EmbedProgress following) {
    this.spark = spark;
    this.storage = storage;
    this.following = following;
  }

  void run(VectorSource source, MiningSets sets) throws IOException {
    if (source instanceof ModelVectors model) {
      List<VectorSet> all = new ArrayList<>();
      for (MiningSets.TextSet set : sets.all()) {
        boolean queries = set.equals(sets.queries());
        all.add(
            new VectorSet(
                set.texts(),
                queries ? model.querySpec() : model.passageSpec(),
                queries ? "" : model.passageInstruction(), // a query's stands in its text
                set.vectors()));
      }
      new SetEncoding(spark, storage, following).run(model.name(), all);
    } else if (source instanceof RecordedVectors recorded) {
      SetGathering gathering = new SetGathering(spark, storage);
      gathering.run(sets.queries().texts(), recorded.queries(), sets.queries().vectors());
      gathering.run(sets.documents().texts(), recorded.documents(), sets.documents().vectors());
    }
  }
}
