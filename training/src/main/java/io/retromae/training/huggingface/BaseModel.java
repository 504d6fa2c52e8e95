package io.retromae.training.huggingface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.storage.Storage;
import io.retromae.training.settings.ExportSettings;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a folder says of the model in it, as far as it is known.
 *
 * @param name on the Hugging Face hub, such as {@code google-bert/bert-base-chinese}; or empty
 * @param license identifier of its model card, such as {@code apache-2.0}; or empty
 */
public record BaseModel(String name, String license) {
  /** Nothing is known. */
  public static final BaseModel NONE = new BaseModel("", "");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** {@code owner/name}, or one of the hub's oldest; neither what trainers call their folders. */
  private static final Pattern SURELY_HUB =
      Pattern.compile("(?:[^/]+/(?!checkpoint-).*|bert-(?:base|large)-[a-z-]+)");

  private static final Pattern CARD_HEADER =
      Pattern.compile("\\A---\\R(.{0,10000}?)\\R---", Pattern.DOTALL);
  private static final Pattern LICENSE =
      Pattern.compile(
          "^license:[ \\t]*[\"']?([A-Za-z0-9][A-Za-z0-9.+-]{0,60})[\"']?[ \\t]*$",
          Pattern.MULTILINE);

  /** Checkpoints of earlier versions say nothing. */
  public BaseModel {
    name = name == null ? "" : name;
    license = license == null ? "" : license;
  }

  /**
   * Reads {@code _name_or_path} of {@code config.json}, where Hugging Face's libraries note what a
   * model was loaded from, and the head of the model card.
   */
  public static BaseModel of(Storage storage, String folder) {
    return new BaseModel(
        text(storage, folder + "/config.json").map(BaseModel::nameIn).orElse(""),
        text(storage, folder + "/README.md").map(BaseModel::licenseIn).orElse(""));
  }

  private static Optional<String> text(Storage storage, String file) {
    return storage.readIfThere(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private static String nameIn(String config) {
    try {
      String name = JSON.readTree(config).path("_name_or_path").asText("");
      return ExportSettings.isHubName(name) && SURELY_HUB.matcher(name).matches() ? name : "";
    } catch (JsonProcessingException e) { // whoever reads the sizes says so
      return "";
    }
  }

  private static String licenseIn(String card) {
    Matcher header = CARD_HEADER.matcher(card);
    if (!header.find()) {
      return "";
    }
    Matcher license = LICENSE.matcher(header.group(1));
    return license.find() ? license.group(1) : "";
  }
}
