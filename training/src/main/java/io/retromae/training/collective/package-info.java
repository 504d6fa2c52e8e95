/**
 * Ranks sum vectors and exchange small messages, over the connections of {@link
 * io.retromae.training.connect}: operations, their frames, signs of life, and the first cause when
 * a rank is lost. Sums follow a fixed binary tree over ranks, so results have equal bits whatever
 * the timing. Plain Java: must not know Spark, tensors or what the vectors mean. Start reading at
 * {@link io.retromae.training.collective.Collective}, then {@link
 * io.retromae.training.collective.TcpCollective}; bytes on the wire: docs/wire-format.md.
 */
package io.retromae.training.collective;
