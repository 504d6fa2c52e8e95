/**
 * What a stage of cleaning is, the document that it looks at, its verdicts, and how these are
 * counted. Knows no single stage. Start reading at {@link io.retromae.etl.stage.DocumentStage}.
 */
package io.retromae.etl.stage;
