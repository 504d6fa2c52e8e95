/**
 * The pre-training job's settings: each declared once with meaning, default, range and source.
 * Start reading at {@link io.retromae.pretrain.config.PretrainConfig}. Knows nothing of how they
 * are used.
 */
package io.retromae.pretrain.config;
