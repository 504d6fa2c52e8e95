package io.retromae.etl.source;

/** What became of one record. */
public sealed interface Outcome {
  /** It is a document. */
  record Read(Document document) implements Outcome {}

  /** It was set aside. */
  record SetAside(Quarantined record) implements Outcome {}
}
