/**
 * Where a vector's values lie, without a word about what they are: native memory of the host or of
 * a GPU. Start reading at {@link io.retromae.training.memory.HostVector}.
 */
package io.retromae.training.memory;
