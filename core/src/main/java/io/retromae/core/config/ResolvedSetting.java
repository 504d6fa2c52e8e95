package io.retromae.core.config;

/**
 * One leaf of a resolved configuration.
 *
 * @param path dotted path, such as {@code objective.encoder_mlm_probability}
 * @param value the value in YAML spelling
 * @param origin where it came from: {@code file:line}, {@code --set} or {@code default}
 */
public record ResolvedSetting(String path, String value, String origin) {
  /** The value of a setting that has no default and was not given one. */
  public static final String REQUIRED = "# required";
}
