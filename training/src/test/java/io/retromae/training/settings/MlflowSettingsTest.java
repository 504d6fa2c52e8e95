package io.retromae.training.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MlflowSettingsTest {
  private static LoggingSettings load(String... settings) {
    return ConfigLoader.load(LoggingSettings.class, List.of(), List.of(settings)).value();
  }

  @Test
  void nothingIsTrackedUnlessAServerIsNamed() {
    assertEquals(
        new MlflowSettings(Optional.empty(), "retromae", Optional.empty(), Map.of(), 60),
        load().mlflow());
  }

  @Test
  void everySettingHasItsKey() {
    assertEquals(
        new MlflowSettings(
            Optional.of("https://mlflow.example:5000/under"),
            "texts",
            Optional.of("first"),
            Map.of("team", "search"),
            5),
        load(
                "mlflow.uri=https://mlflow.example:5000/under",
                "mlflow.experiment=texts",
                "mlflow.run_name=first",
                "mlflow.tags={team: search}",
                "mlflow.finish_timeout_seconds=5")
            .mlflow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite:///mlflow.db", "mlruns", "databricks", "http:/host"})
  void whatIsNoServerIsRefused(String uri) {
    String message =
        assertThrows(ConfigException.class, () -> load("mlflow.uri=" + uri)).getMessage();

    assertTrue(message.contains("mlflow.uri = " + uri), message);
    assertTrue(message.contains("http://host:5000"), message);
  }

  @Test
  void anAddressWithAPasswordIsRefusedWithoutShowingIt() {
    String message =
        assertThrows(ConfigException.class, () -> load("mlflow.uri=http://me:hush@host:5000"))
            .getMessage();

    assertTrue(message.contains("MLFLOW_TRACKING_PASSWORD"), message);
    assertFalse(message.contains("hush"), message);
  }
}
