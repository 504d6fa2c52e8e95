/**
 * A worker: one barrier task of Spark, which is one rank. It finds its device, joins the others,
 * takes up a checkpoint, trains, and tells the driver. What is trained comes as a {@link
 * io.retromae.training.worker.TrainingTask}; nothing here knows an objective. Start reading at
 * {@link io.retromae.training.worker.Worker}, or at {@link
 * io.retromae.training.worker.RankTraining} for the part without Spark.
 */
package io.retromae.training.worker;
