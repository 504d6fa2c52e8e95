/**
 * The settings of fine-tuning, checked. Start reading at {@link
 * io.retromae.finetune.config.FinetuneConfig}.
 */
package io.retromae.finetune.config;
