package io.retromae.training.settings;

import io.retromae.core.config.Setting;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the exported model's card says that nothing else tells.
 *
 * @param license identifier as the Hugging Face hub has it
 * @param baseModel name on the Hugging Face hub of the model that training began with
 */
public record ExportSettings(
    @Setting(
            doc =
                "Licence of the exported model for its card, as the Hugging Face hub writes it"
                    + " (apache-2.0, mit, cc-by-sa-4.0, ...); null names none.",
            standard = "null")
        Optional<String> license,
    @Setting(
            doc =
                "Name on the Hugging Face hub of the model in init.from, for the card"
                    + " (owner/name); null takes what its config.json says.",
            standard = "null")
        Optional<String> baseModel) {
  /** {@code owner/name} or, for the hub's oldest models, {@code name}: a path has more to it. */
  private static final Pattern HUB_NAME =
      Pattern.compile("(?:[A-Za-z0-9][\\w.-]{0,95}/)?[A-Za-z0-9][\\w.-]{0,95}");

  private static final Pattern LICENSE = Pattern.compile("[a-z0-9][a-z0-9.+-]{0,60}");

  /** Refuses what the hub would not take. */
  public ExportSettings {
    if (license.isPresent() && !LICENSE.matcher(license.get()).matches()) {
      throw new IllegalArgumentException(
          "license = %s: must be an identifier of the hub, such as apache-2.0"
              .formatted(license.get()));
    }
    if (baseModel.isPresent() && !isHubName(baseModel.get())) {
      throw new IllegalArgumentException(
          "base_model = %s: must be a name of the hub, such as google-bert/bert-base-chinese"
              .formatted(baseModel.get()));
    }
  }

  /** Whether a name has the form of one on the hub. */
  public static boolean isHubName(String name) {
    return HUB_NAME.matcher(name).matches();
  }
}
