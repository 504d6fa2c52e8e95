/**
 * What happens to gradients: their sum in a fixed tree order, the exchange with other ranks, the
 * norm, the learning rate and AdamW's step, whole or in ZeRO's partitions. Start reading at {@link
 * io.retromae.training.optimize.Optimizer}. Knows no objective and no Spark.
 */
package io.retromae.training.optimize;
