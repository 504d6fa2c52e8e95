package io.retromae.training.bert;

/**
 * Token ids of B rows padded to L, row-major.
 *
 * @param length L
 * @param ids [B, L] padding id past a row's end
 * @param lengths [B] tokens of each row, special ones included
 */
public record TokenRows(int length, long[] ids, long[] lengths) {}
