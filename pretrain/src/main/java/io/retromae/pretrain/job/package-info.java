/**
 * The Spark barrier job: plan on the driver, one task per worker, attempts until the run is done,
 * export. The only package of this module that knows Spark. Start reading at {@link
 * io.retromae.pretrain.job.PretrainJob}.
 */
package io.retromae.pretrain.job;
