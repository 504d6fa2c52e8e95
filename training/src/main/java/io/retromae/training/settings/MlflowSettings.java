package io.retromae.training.settings;

import io.retromae.core.config.Setting;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Where a run is tracked by MLflow. Who may write there is told by MLflow's own variables of the
 * environment, never by a setting.
 *
 * @param uri of the tracking server; empty tracks nothing
 * @param experiment that the run belongs to
 * @param runName as MLflow shows it
 * @param tags of the run
 * @param finishTimeoutSeconds how long the end of a run waits for the server
 */
public record MlflowSettings(
    @Setting(
            doc =
                "Address of an MLflow tracking server, as http://host:5000; null tracks nothing."
                    + " MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or"
                    + " MLFLOW_TRACKING_TOKEN, in the driver's environment say who writes.",
            standard = "null")
        Optional<String> uri,
    @Setting(
            doc = "Experiment in MLflow that the run belongs to; it is made if there is none.",
            standard = "retromae")
        String experiment,
    @Setting(
            doc = "Name of the run in MLflow; null takes the name of the run's folder.",
            standard = "null")
        Optional<String> runName,
    @Setting(doc = "Tags of the run in MLflow, by name.", standard = "{}") Map<String, String> tags,
    @Setting(
            doc =
                "Seconds that the end of a run waits for an MLflow server that does not answer; what"
                    + " is missing then is sent by the next start.",
            standard = "60",
            min = 0)
        int finishTimeoutSeconds) {

  /** Copies the tags; refuses addresses of no server, and those that hold a password. */
  public MlflowSettings {
    tags = Map.copyOf(tags);
    uri.ifPresent(MlflowSettings::check);
  }

  private static void check(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "mlflow.uri = %s: must be the address of an MLflow server, as http://host:5000"
              .formatted(text),
          e);
    }
    String scheme = String.valueOf(uri.getScheme());
    if (!scheme.equals("http") && !scheme.equals("https") || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "mlflow.uri = %s: must be the address of an MLflow server, as http://host:5000 (for a folder or a database: mlflow server --backend-store-uri %s)"
              .formatted(text, text));
    }
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null) {
      throw new IllegalArgumentException(
          "mlflow.uri: must hold no user, password or query; MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, say who writes");
    }
  }
}
