/**
 * The report of a training run, made from the files of its folder alone, also while it goes on: one
 * page, one JSON file, and a page that compares runs. Start at {@link
 * io.retromae.training.report.RunReport}. Reading is in {@code RunFiles} and {@code MetricsFile},
 * judging in {@code Checks}, {@code Overview} and {@code NextStep}, drawing in {@code RunPage} and
 * {@code RunCharts}. Knows neither Spark nor DJL, and of objectives only the names of their
 * figures.
 */
package io.retromae.training.report;
