/**
 * The RetroMAE model: TorchScript sources, their loading through DJL, the flat parameter vector and
 * its layout. The objective's source is {@code retromae.py} in the resources beside this package,
 * the encoder's are those of {@code io/retromae/pretrain/bert}. Knows nothing of Spark, data or
 * schedules. Start reading at {@link io.retromae.pretrain.model.RetroMaeModel}, {@code retromae.py}
 * and {@code encoder.py}.
 */
package io.retromae.pretrain.model;
