/**
 * Settings of the engine that trains, whatever is trained: each declared once with meaning,
 * default, range and source. Knows nothing of how they are used.
 */
package io.retromae.pretrain.settings;
