/**
 * Pure functions on texts: normalisation, words, and filters that each give a reason. A filter is
 * one class; {@link io.retromae.etl.clean.Filters} lists them in order. Plain Java.
 */
package io.retromae.etl.clean;
