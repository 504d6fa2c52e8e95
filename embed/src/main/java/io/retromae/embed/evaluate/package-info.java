/**
 * What an evaluation compares, and the scores that vectors get: settings, competitors, and one kind
 * of task after the other. Plain Java; how vectors are made on a cluster is not known here. Start
 * reading at {@link io.retromae.embed.evaluate.EvaluationPlan}.
 */
package io.retromae.embed.evaluate;
