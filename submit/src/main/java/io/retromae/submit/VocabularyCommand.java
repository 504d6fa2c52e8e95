package io.retromae.submit;

import io.retromae.core.config.Resolved;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.etl.job.VocabularyConfig;
import io.retromae.etl.job.VocabularyJob;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;

/** Trains a WordPiece vocabulary. */
@Command(
    name = "vocab",
    description = "Trains a WordPiece vocabulary on a corpus.",
    mixinStandardHelpOptions = true)
final class VocabularyCommand extends JobCommand {
  VocabularyCommand(Console console) {
    super(console);
  }

  @Override
  int execute() {
    Resolved<VocabularyConfig> config = load(VocabularyConfig.class);
    if (dryRun()) {
      console().result(config.yaml());
      return ExitCode.DONE;
    }
    try (JavaSparkContext spark = sessions().start("retromae-vocab")) {
      Vocabulary vocabulary = VocabularyJob.run(spark, config);
      console()
          .result(
              "done     %,d tokens in %s".formatted(vocabulary.size(), config.value().output()));
    }
    return ExitCode.DONE;
  }
}
