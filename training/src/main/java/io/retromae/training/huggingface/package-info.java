/**
 * Folders in Hugging Face's layout: read to start from ({@link
 * io.retromae.training.huggingface.HuggingFaceFolder}), written from a checkpoint with model card
 * and reference vectors ({@link io.retromae.training.huggingface.HuggingFaceExport}). Knows no
 * objective: it brings its own words ({@link io.retromae.training.huggingface.ObjectiveCard}).
 */
package io.retromae.training.huggingface;
