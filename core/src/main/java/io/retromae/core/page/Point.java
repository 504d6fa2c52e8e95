package io.retromae.core.page;

/**
 * A point of a curve.
 *
 * @param x such as a step
 * @param y its value; where it is not finite the curve has a gap
 */
public record Point(double x, double y) {}
