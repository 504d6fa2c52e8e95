/**
 * What a fine-tuning will need, worked out from its settings and data before anything starts. Start
 * reading at {@link io.retromae.finetune.estimate.FinetuneCost}. Knows neither Spark nor libtorch.
 */
package io.retromae.finetune.estimate;
