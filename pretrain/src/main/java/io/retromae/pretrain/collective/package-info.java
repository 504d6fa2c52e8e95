/**
 * Ranks compute one sum and exchange small messages, over TCP. Plain Java: no Spark, no tensors.
 * The order of summation is a fixed binary tree over ranks, so that results have equal bits
 * whatever the timing. Start reading at {@link io.retromae.pretrain.collective.Collective}; bytes
 * on the wire: docs/wire-format.md.
 */
package io.retromae.pretrain.collective;
