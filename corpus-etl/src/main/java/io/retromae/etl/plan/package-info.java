/**
 * What a run will read, found before Spark starts: the settings, the files of the inputs, what is
 * seen to be wrong with them, and the units that tasks read. Start reading at {@link
 * io.retromae.etl.plan.EtlPlan}. Knows neither Spark nor what becomes of a unit.
 */
package io.retromae.etl.plan;
