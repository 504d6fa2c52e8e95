/**
 * mteb's classification task: few rows of each label are drawn, a logistic regression on their
 * vectors predicts the test rows, again and again. Plain Java. Start at {@code
 * ClassificationMetrics}.
 */
package io.retromae.embed.metric.classify;
