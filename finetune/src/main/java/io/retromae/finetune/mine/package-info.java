/**
 * Hard negatives: the best documents of each query, without positives and what scores like them.
 * What the inputs hold is numbered before Spark starts; vectors, search and lines are made on the
 * cluster, each step noted by receipts. Start reading at {@link
 * io.retromae.finetune.mine.MiningJob}; what becomes a negative: {@link
 * io.retromae.finetune.mine.selection.NegativeSelection}.
 */
package io.retromae.finetune.mine;
