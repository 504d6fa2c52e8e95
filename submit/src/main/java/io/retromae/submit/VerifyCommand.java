package io.retromae.submit;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.shard.CorpusVerifier;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.embed.job.VectorManifest;
import io.retromae.embed.job.VectorVerifier;
import io.retromae.submit.spark.SparkOptions;
import io.retromae.training.checkpoint.CheckpointRef;
import io.retromae.training.checkpoint.CheckpointStore;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Re-hashes and re-counts a corpus, vectors or a run's checkpoints. */
@Command(
    name = "verify",
    description = "Re-hashes a corpus, vectors or the newest checkpoint of a run.",
    mixinStandardHelpOptions = true)
final class VerifyCommand extends JobCommand {
  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "A corpus, a folder of vectors or a run.")
  private String folder;

  VerifyCommand(Console console) {
    super(console);
  }

  @Override
  Set<String> uses(Set<String> declared) {
    return Set.of();
  }

  @Override
  SparkOptions.Use sparkUse() {
    return SparkOptions.Use.STORAGE;
  }

  @Override
  int execute() {
    try {
      return verify();
    } catch (IOException e) {
      throw new ClusterException(folder + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private int verify() throws IOException {
    Storage storage = storage();
    if (VectorManifest.exists(storage, folder)) {
      verifyVectors(storage);
      return ExitCode.DONE;
    }
    if (ShardManifest.exists(storage, folder)) {
      verifyCorpus(storage);
      return ExitCode.DONE;
    }
    Optional<CheckpointRef> newest = new CheckpointStore(storage, folder).newest();
    if (newest.isEmpty()) {
      throw new ConfigException(
          folder
              + ": holds neither a finished corpus, nor finished vectors, nor a whole checkpoint");
    }
    console().result("ok       checkpoint of step %,d".formatted(newest.get().state().step()));
    return ExitCode.DONE;
  }

  private void verifyVectors(Storage storage) throws IOException {
    VectorManifest manifest = VectorVerifier.verify(storage, folder);
    console()
        .result(
            "ok       %,d files, %,d vectors of %d, %,d null, hashed and counted"
                .formatted(
                    manifest.files().size(),
                    manifest.rows() - manifest.absent(),
                    manifest.width(),
                    manifest.absent()));
  }

  private void verifyCorpus(Storage storage) throws IOException {
    CorpusVerifier.Verified verified = CorpusVerifier.verify(storage, folder);
    console()
        .result(
            "ok       %,d shards, %,d samples, %,d tokens hashed and read back"
                .formatted(verified.shards(), verified.samples(), verified.tokens()));
  }
}
