/**
 * Which configuration an output folder belongs to, so that work is resumed with its own settings or
 * not at all. Knows nothing of what the folder holds.
 */
package io.retromae.core.output;
