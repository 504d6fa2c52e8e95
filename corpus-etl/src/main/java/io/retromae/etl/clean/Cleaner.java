package io.retromae.etl.clean;

import io.retromae.etl.language.Language;
import io.retromae.etl.normalize.Normalizer;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.stage.DocumentStage.Result;
import io.retromae.etl.stage.Example;
import io.retromae.etl.stage.Measure;
import io.retromae.etl.stage.StageClock;
import io.retromae.etl.stage.StageCounts;
import io.retromae.etl.stage.Verdict;
import io.retromae.etl.text.Words;
import java.util.Locale;

/**
 * Takes documents through everything that {@link Stages} lists, one after the other; counts what
 * becomes of them and what each stage costs. Belongs to one task and its thread.
 */
public final class Cleaner {
  private static final String NORMALIZE = "normalize";

  private final Stages stages;
  private final long seed;
  private final StageCounts counts = new StageCounts();
  private final StageClock clock = new StageClock();

  /**
   * A cleaner that has counted nothing yet.
   *
   * @param seed chooses which documents are examples of a reason
   */
  public Cleaner(Stages stages, long seed) {
    this.stages = stages;
    this.seed = seed;
  }

  /** A document on its way. */
  private record Passing(String id, StageCounts.Where where, CleanDocument document, Measure size) {
    Passing as(CleanDocument changed) {
      return new Passing(id, where, changed, Measure.of(changed.text(), changed.words().count()));
    }
  }

  /**
   * Takes a document through.
   *
   * @param id 32 hexadecimal digits
   * @param source such as {@code wudao/百科}; some have settings of their own
   * @param raw its text as it was read
   */
  public Verdict clean(String id, String source, String raw) {
    Passing now = normalized(id, source, raw);
    if (now.document().text().isEmpty()) {
      return dropped(now, NORMALIZE, "nothing_left");
    }
    for (DocumentStage stage : stages.of(source)) {
      if (stage.scope().covers(now.document())) {
        Result result = stage.apply(now.document());
        long bytes = now.size().bytes();
        if (result instanceof Result.Dropped drop) {
          Verdict verdict = dropped(now, stage.name(), drop.reason());
          clock.lap(stage.name(), bytes);
          return verdict;
        }
        if (result instanceof Result.Changed change) {
          now = changed(now, stage.name(), change);
        }
        clock.lap(stage.name(), bytes);
      }
    }
    return new Verdict.Kept(now.document(), now.size());
  }

  /** The normalised text, its words and its language. */
  private Passing normalized(String id, String source, String raw) {
    Normalizer.Result normalized = stages.normalizer(source).apply(raw);
    String text = normalized.text();
    long bytes = Measure.utf8Length(text);
    clock.lap(NORMALIZE, bytes);
    Words words = Words.of(text);
    clock.lap("words", bytes);
    Language language = stages.languages(source).identify(text).language();
    clock.lap("identify", bytes);
    String name = language.toString().toLowerCase(Locale.ROOT);
    StageCounts.Where where = new StageCounts.Where(source, name);
    Measure size = new Measure(1, bytes, words.count(), 0);
    counts.pass(where, StageCounts.READ, size);
    counts.edit(where, NORMALIZE, normalized.edits());
    return new Passing(id, where, new CleanDocument(source, language, words), size);
  }

  private Passing changed(Passing before, String stage, Result.Changed change) {
    counts.edit(before.where(), stage, change.edits());
    if (change.document() == before.document()) {
      return before; // the stage only counted
    }
    Passing after = before.as(change.document());
    counts.shorten(before.where(), stage, before.size(), after.size());
    return after;
  }

  private Verdict dropped(Passing document, String stage, String reason) {
    Example example = Example.of(seed, document.id(), document.document().text());
    counts.drop(document.where(), stage, reason, document.size(), example);
    return new Verdict.Dropped(document.document(), stage, reason);
  }

  /** Where a task charges what it does beside cleaning. */
  public StageClock clock() {
    return clock;
  }

  /** Ends the task: what was counted, costs included. */
  public StageCounts.Counts stop() {
    clock.stop(counts);
    return counts.counts();
  }
}
