/**
 * Evaluation tasks as others publish them: which files of a folder hold what, their judgments in
 * memory, their texts handed on one by one. Plain Java; knows neither encoders nor metrics. Start
 * reading at {@link io.retromae.embed.task.TaskReader}.
 */
package io.retromae.embed.task;
