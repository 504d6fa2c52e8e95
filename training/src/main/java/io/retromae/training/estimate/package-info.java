/**
 * What a training will need, worked out before anything starts: memory of a worker, operations of a
 * step. What an objective needs beside the encoder its own module knows. Start reading at {@link
 * io.retromae.training.estimate.TrainingCost}. Knows neither Spark nor libtorch; measured constants
 * say where they come from.
 */
package io.retromae.training.estimate;
