/**
 * Draws of Python's {@code random.Random} and NumPy's {@code RandomState}, which published scores
 * depend on: MT19937 and their ways from its bits to numbers. For such reproduction only; our own
 * draws come from {@code core.hash}.
 */
package io.retromae.embed.metric.random;
