package io.retromae.etl.stage;

import java.util.Map;
import java.util.Optional;

/**
 * One stage of cleaning: looks at a document and keeps, changes or drops it. Stateless and
 * thread-safe; a stage is one class with its settings record inside, listed in {@code
 * etl.clean.Stages}.
 */
public interface DocumentStage {
  /** The stage's name in settings, counts and reports. */
  String name();

  /** Which documents it looks at; all others pass. */
  Scope scope();

  /** What becomes of a document in scope. */
  Result apply(CleanDocument document);

  /** What became of a document. */
  sealed interface Result {
    /** It passes as it is. */
    record Kept() implements Result {}

    /**
     * It passes with another text.
     *
     * @param document that goes on
     * @param edits what was changed, by kind, such as {@code email} or {@code lines}
     */
    record Changed(CleanDocument document, Map<String, Long> edits) implements Result {}

    /**
     * It is dropped.
     *
     * @param reason the limit that it broke, such as {@code short}
     */
    record Dropped(String reason) implements Result {}

    /** It passes as it is. */
    static Result kept() {
      return new Kept();
    }

    /** Dropped for the reason, kept if there is none. */
    static Result of(Optional<String> reason) {
      return reason.isPresent() ? new Dropped(reason.get()) : new Kept();
    }
  }
}
