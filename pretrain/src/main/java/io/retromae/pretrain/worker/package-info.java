/**
 * A worker: one barrier task of Spark, which is one rank. It finds its device, joins the others,
 * takes up a checkpoint, trains, and tells the driver. Start reading at {@link
 * io.retromae.pretrain.worker.Worker}.
 */
package io.retromae.pretrain.worker;
