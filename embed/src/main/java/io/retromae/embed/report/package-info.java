/**
 * What an evaluation found, as JSON for programs, Markdown for reviews and one HTML page for
 * people. Plain Java: renders what it is given, computes averages alone, knows neither encoders nor
 * where numbers came from. Start at {@code EvaluationReport}; {@code HtmlReport} draws it.
 */
package io.retromae.embed.report;
