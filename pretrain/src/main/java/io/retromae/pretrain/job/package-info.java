/**
 * Pre-training as a job: the plan on the driver, what the engine's workers train ({@link
 * io.retromae.pretrain.job.PretrainTask}), export. Running and retrying is the engine's, in the
 * packages worker and attempt. Start reading at {@link io.retromae.pretrain.job.PretrainJob}.
 */
package io.retromae.pretrain.job;
