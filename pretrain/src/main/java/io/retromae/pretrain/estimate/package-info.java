/**
 * What a pre-training will need, worked out from its settings before anything starts. Start reading
 * at {@link io.retromae.pretrain.estimate.PretrainCost}. Knows neither Spark nor libtorch.
 */
package io.retromae.pretrain.estimate;
