/**
 * What tasks leave for the tasks behind them, in the corpus folder: receipts of finished work,
 * cleaned documents, lists of what to drop, quarantined records. Start reading at {@link
 * io.retromae.etl.work.EtlContext}. Knows of Spark that a task may be interrupted, and not in which
 * order the work is done.
 */
package io.retromae.etl.work;
