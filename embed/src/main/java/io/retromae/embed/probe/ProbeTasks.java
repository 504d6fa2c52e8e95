package io.retromae.embed.probe;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.shard.KeptOut;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordRules;
import io.retromae.embed.encoder.ModelTokenizer;
import io.retromae.training.bert.BertShape;
import io.retromae.training.estimate.EvaluationWork;
import io.retromae.training.estimate.StepWork;
import io.retromae.training.measure.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tasks of a run's probe, in the order of the settings, read and tokenised once. */
public final class ProbeTasks {
  /** Id, judgment and headers of a text, in bytes. */
  private static final int TEXT = 256;

  private final List<TriedTask> tasks;
  private final List<String> lines;

  /**
   * How a model reads texts.
   *
   * @param vocabulary its pieces
   * @param rules how words are made
   */
  public record Words(Vocabulary vocabulary, WordRules rules) {}

  private ProbeTasks(List<TriedTask> tasks, List<String> lines) {
    this.tasks = List.copyOf(tasks);
    this.lines = List.copyOf(lines);
  }

  /**
   * Reads what settings name.
   *
   * @param corpus that is trained on; empty where there is none that could have kept texts out
   * @throws ConfigException if lengths do not fit the model, or a task cannot be used
   */
  public static ProbeTasks read(
      Storage storage,
      ProbeSettings settings,
      Words words,
      BertShape shape,
      Optional<ShardManifest> corpus) {
    if (settings.tasks().isEmpty()) {
      return new ProbeTasks(List.of(), List.of());
    }
    checkLengths(settings, shape);
    ModelTokenizer tokenizer = new ModelTokenizer(words.vocabulary(), words.rules());
    List<TriedTask> tasks = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (ProbeSettings.ProbeTask asked : settings.tasks()) {
      ProbeTaskReader reader = new ProbeTaskReader(storage, settings, asked, tokenizer);
      TriedTask task = reader.read();
      tasks.add(task);
      lines.add(
          "probe    %s: %,d queries, %,d documents%s"
              .formatted(
                  task.name(),
                  task.queries(),
                  task.documents(),
                  corpus.map(manifest -> "; " + leaks(asked, reader, manifest)).orElse("")));
    }
    return new ProbeTasks(tasks, lines);
  }

  private static void checkLengths(ProbeSettings settings, BertShape shape) {
    int longest = Math.max(settings.queryMaxLength(), settings.passageMaxLength());
    if (longest > shape.maxPositionEmbeddings()) {
      String name =
          longest == settings.passageMaxLength() ? "passage_max_length" : "query_max_length";
      throw new ConfigException(
          "evaluation.probe.%s = %d: the model has %d positions; lower it"
              .formatted(name, longest, shape.maxPositionEmbeddings()));
    }
  }

  /** Whether the corpus is known to hold none of the task's texts. */
  private static String leaks(
      ProbeSettings.ProbeTask asked, ProbeTaskReader task, ShardManifest manifest) {
    List<KeptOut> sets = manifest.keptOut();
    Optional<KeptOut> passages =
        sets.stream().filter(set -> set.hasPassages(task.passages())).findFirst();
    boolean both = passages.isPresent() && passages.get().hasQueries(task.queries());
    if (both) {
      long ignored = passages.get().ignored();
      return "all of them kept out of the corpus as '%s'".formatted(passages.get().set())
          + (ignored == 0
              ? ""
              : ", but %,d are too short or mostly numbers to be looked for".formatted(ignored));
    }
    List<String> known = sets.stream().map(KeptOut::set).toList();
    return ("warning: the corpus may hold them: its manifest does not say that these %,d queries and"
            + " %,d passages were kept out, but %s; run etl with {name: %s, path: %s, parts:"
            + " [queries, passages]} in decontaminate.sets")
        .formatted(
            task.queries().texts(),
            task.passages().texts(),
            known.isEmpty() ? "nothing" : "sets named " + String.join(", ", known),
            asked.name(),
            asked.path());
  }

  /** Tells what was read from anything else. */
  public String fingerprint() {
    return Sha256.of(String.join(" ", tasks.stream().map(TriedTask::fingerprint).toList()));
  }

  List<TriedTask> tasks() {
    return tasks;
  }

  /** What the start-up says of each. */
  public List<String> lines() {
    return lines;
  }

  /** Whether there is nothing to try. */
  public boolean isEmpty() {
    return tasks.isEmpty();
  }

  /**
   * What the loop calls; nothing if there are no tasks.
   *
   * @param steps between two tries; empty for one at the start and one at the end
   * @param tokensPerBatch that are embedded at once: no more than training takes
   */
  public List<Probe> probes(
      ProbeSettings settings, Optional<Integer> steps, int tokensPerBatch, Words words) {
    return isEmpty()
        ? List.of()
        : List.of(
            new RetrievalProbe(
                tasks,
                new RetrievalProbe.Embedding(
                    settings.pooling(),
                    true,
                    Math.max(settings.queryMaxLength(), settings.passageMaxLength()),
                    tokensPerBatch),
                words,
                steps));
  }

  /** What its figures are called in metrics. */
  public List<String> metrics() {
    return tasks.stream()
        .flatMap(task -> task.metrics().stream().map(task::figure))
        .map(Probe.Kind.TASKS::metric)
        .toList();
  }

  /** What one try of all tasks takes. */
  public EvaluationWork work(BertShape shape) {
    EvaluationWork all = EvaluationWork.NONE;
    for (TriedTask task : tasks) {
      double mean = task.rows().stream().mapToInt(row -> row.length).average().orElse(0);
      double flops = StepWork.forward(shape, shape.numHiddenLayers(), task.rows().size(), mean);
      all =
          all.plus(
              EvaluationWork.ofRetrieval(
                  flops, task.queries(), task.documents(), shape.hiddenSize(), 1));
    }
    return all;
  }

  /** Heap of a worker for its tasks at most, in bytes: token ids, vectors and scores. */
  public static long heap(ProbeSettings settings, int width) {
    long query = (long) Integer.BYTES * settings.queryMaxLength() + TEXT + Float.BYTES * width;
    long document = (long) Integer.BYTES * settings.passageMaxLength() + TEXT + Float.BYTES * width;
    long rows = settings.maxQueries() * query + settings.maxDocuments() * document;
    return settings.tasks().size() * rows;
  }
}
