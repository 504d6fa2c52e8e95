/**
 * Hashes that files, ids and random streams are made with. Plain Java; knows nothing of what is
 * hashed.
 */
package io.retromae.core.hash;
