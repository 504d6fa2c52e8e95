package io.retromae.embed.search;

import io.retromae.embed.vector.VectorBlock;
import java.io.Serializable;

/**
 * Some documents.
 *
 * @param first number of the first one; the others follow it. No number comes twice
 * @param vectors theirs
 */
public record DocumentBlock(long first, VectorBlock vectors) implements Serializable {}
