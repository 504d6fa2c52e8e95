package io.retromae.etl.decontaminate;

/**
 * One text of a benchmark.
 *
 * @param part what it is to its task
 * @param text as published
 */
public record BenchmarkText(Part part, String text) {}
