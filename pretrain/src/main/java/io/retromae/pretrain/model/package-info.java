/**
 * The RetroMAE model: TorchScript source (in the resources beside this package), its loading
 * through DJL, the flat parameter vector and its layout. Knows nothing of Spark, data or schedules.
 * Start reading at {@link io.retromae.pretrain.model.RetroMaeModel} and {@code retromae.py}.
 */
package io.retromae.pretrain.model;
