/**
 * What a run measures of its model beside the loss of its steps, which checkpoint is the best by
 * one of these figures, and when it is time to stop. Knows neither the loop nor any objective.
 * Start reading at {@link io.retromae.training.measure.Probe} and {@link
 * io.retromae.training.measure.SelectionRule}.
 */
package io.retromae.training.measure;
