package io.retromae.etl.language;

/** The languages that are told apart; lower case in settings and reports. */
public enum Language {
  /** English. */
  EN,
  /** Chinese. */
  ZH,
  /** Any other, or undetermined. */
  UND
}
