package io.retromae.training.report;

import io.retromae.core.page.Mark;

/**
 * Something that happened in a run.
 *
 * @param name as metrics.jsonl has it
 * @param step the run was at
 * @param seconds since the run's beginning; NaN if no time was told
 * @param level how it is marked in charts
 * @param text what it was, for people
 */
record RunEvent(String name, long step, double seconds, Mark.Kind level, String text) {}
