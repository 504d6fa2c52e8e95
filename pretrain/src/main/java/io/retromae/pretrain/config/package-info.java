/**
 * The pre-training job's settings: each declared once with meaning, default, range and source; the
 * sections that the engine understands are in the package settings. Start reading at {@link
 * io.retromae.pretrain.config.PretrainConfig}. Knows nothing of how they are used.
 */
package io.retromae.pretrain.config;
