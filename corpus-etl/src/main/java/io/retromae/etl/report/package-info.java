/**
 * What became of every record, in numbers: counts that tasks keep and the driver adds up, the check
 * that they do add up, and the report in JSON, Markdown and HTML. Start reading at {@link
 * io.retromae.etl.report.EtlReport}. Knows neither Spark nor how documents are cleaned.
 */
package io.retromae.etl.report;
