package io.retromae.etl.clean;

import java.util.Optional;

/** One stage that keeps or drops a document. */
public interface DocumentFilter {
  /** The stage's name in settings, counts and reports. */
  String name();

  /** Why the document is dropped; empty if it is kept. */
  Optional<String> reject(CleanDocument document);
}
