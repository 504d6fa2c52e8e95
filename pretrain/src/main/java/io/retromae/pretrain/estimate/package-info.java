/**
 * What a run will need, worked out from its settings before anything starts: memory of a worker,
 * operations of a step. Start reading at {@link io.retromae.pretrain.estimate.WorkerMemory}. Knows
 * neither Spark nor libtorch; measured constants say where they come from.
 */
package io.retromae.pretrain.estimate;
