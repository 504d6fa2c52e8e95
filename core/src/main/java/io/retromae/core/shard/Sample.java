package io.retromae.core.shard;

/**
 * One sequence to train on.
 *
 * @param tokenIds vocabulary indices without special tokens, at least one
 * @param source where the text came from, such as {@code pile/Wikipedia (en)}
 * @param documentId 32 hexadecimal digits
 * @param block number of the sample in its document, from 0
 */
public record Sample(int[] tokenIds, String source, String documentId, int block)
    implements java.io.Serializable {}
