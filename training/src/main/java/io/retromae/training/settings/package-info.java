/**
 * Settings of the engine that trains, whatever is trained: each declared once with meaning,
 * default, range and source. A job's configuration has them as sections; {@link
 * io.retromae.training.settings.TrainingSettings} bundles them. Knows nothing of how they are used.
 */
package io.retromae.training.settings;
