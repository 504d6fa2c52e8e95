/**
 * From shards to micro-batches: which samples each step reads ({@link
 * io.retromae.pretrain.batch.SamplePlan}), reading them, and building padded, masked arrays. Plain
 * Java; the order is a function of seed and step, whoever reads. Start reading at {@link
 * io.retromae.pretrain.batch.SamplePlan}.
 */
package io.retromae.pretrain.batch;
