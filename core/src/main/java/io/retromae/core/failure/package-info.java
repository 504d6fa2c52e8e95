/**
 * The exception kinds a user can meet; anything else is a bug of ours. Every message says what,
 * where, the value, the rule and how to mend it. Knows nothing but the JDK.
 */
package io.retromae.core.failure;
