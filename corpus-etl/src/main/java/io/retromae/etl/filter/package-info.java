/**
 * The stages that drop documents or cut lines out of them, one file a rule with its settings
 * inside; what a rule measures has a file of its own where it is long. Rules do not know in which
 * order they run. Start reading at {@link io.retromae.etl.filter.FineWebQuality}, which is short.
 */
package io.retromae.etl.filter;
