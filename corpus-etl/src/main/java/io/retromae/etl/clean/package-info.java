/**
 * The order in which documents go through normalisation, language identification and the stages,
 * and the settings of all of these. Knows neither files nor Spark. Start reading at {@link
 * io.retromae.etl.clean.Stages}.
 */
package io.retromae.etl.clean;
