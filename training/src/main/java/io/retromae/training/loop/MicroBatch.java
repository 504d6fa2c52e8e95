package io.retromae.training.loop;

/**
 * What an objective computes in one forward and backward pass, as far as the loop wants to know.
 */
public interface MicroBatch {
  /** Rows. */
  int rows();

  /** Tokens of all rows, special ones included, padding not. */
  long tokens();
}
