/**
 * What became of every record, as a person reads it: the sums of what tasks counted, the check that
 * they add up, and the report in JSON, Markdown and HTML. Start reading at {@link
 * io.retromae.etl.report.EtlReport}. Knows neither Spark nor how documents are cleaned.
 */
package io.retromae.etl.report;
