/**
 * Tracks a run by an MLflow server: parameters, metrics by step, artifacts. Start reading at {@link
 * io.retromae.training.mlflow.MlflowTracker}. Knows nothing of Spark and of how a run is trained;
 * the only package that opens connections to a tracking server.
 */
package io.retromae.training.mlflow;
