package io.retromae.submit;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.shard.CorpusVerifier;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.embed.job.VectorManifest;
import io.retromae.embed.job.VectorVerifier;
import io.retromae.finetune.data.TrainingPairs;
import io.retromae.finetune.mine.MiningManifest;
import io.retromae.finetune.pairs.job.PairsManifest;
import io.retromae.submit.spark.SparkOptions;
import io.retromae.training.checkpoint.CheckpointRef;
import io.retromae.training.checkpoint.CheckpointStore;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Re-hashes and re-counts what a job has written, or a run's newest checkpoint and pairs. */
@Command(
    name = "verify",
    description =
        "Re-hashes a corpus, vectors, pairs, mined lines, or a run's newest checkpoint and the pairs"
            + " that it trains on.",
    mixinStandardHelpOptions = true)
final class VerifyCommand extends JobCommand {
  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "A corpus, a folder of vectors, pairs or mined lines, or a run.")
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
    if (PairsManifest.exists(storage, folder)) {
      PairsManifest pairs = PairsManifest.verify(storage, folder);
      say("%,d data sets, %,d pairs hashed", pairs.dataSets().size(), pairs.pairs());
      return ExitCode.DONE;
    }
    if (MiningManifest.exists(storage, folder)) {
      say("%,d mined lines hashed", MiningManifest.verify(storage, folder));
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
              + ": holds neither a finished corpus, nor finished vectors, pairs or mined lines, nor a"
              + " whole checkpoint");
    }
    say("checkpoint of step %,d", newest.get().state().step());
    TrainingPairs.verify(storage, folder)
        .ifPresent(lines -> say("%,d lines of pairs hashed", lines));
    return ExitCode.DONE;
  }

  private void say(String what, Object... numbers) {
    console().result("ok       " + what.formatted(numbers));
  }

  private void verifyVectors(Storage storage) throws IOException {
    VectorManifest manifest = VectorVerifier.verify(storage, folder);
    say(
        "%,d files, %,d vectors of %d, %,d null, hashed and counted",
        manifest.files().size(),
        manifest.rows() - manifest.absent(),
        manifest.width(),
        manifest.absent());
  }

  private void verifyCorpus(Storage storage) throws IOException {
    CorpusVerifier.Verified verified = CorpusVerifier.verify(storage, folder);
    say(
        "%,d shards, %,d samples, %,d tokens hashed and read back",
        verified.shards(), verified.samples(), verified.tokens());
  }
}
