/**
 * Pure functions on texts: normalisation, words, and stages that keep, change or drop a document,
 * each with a reason that is counted. A stage is one class; {@link io.retromae.etl.clean.Stages}
 * lists them in order. Plain Java; start reading at {@link io.retromae.etl.clean.DocumentStage}.
 */
package io.retromae.etl.clean;
