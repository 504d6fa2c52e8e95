package io.retromae.etl.language;

import io.retromae.core.failure.ConfigException;

/**
 * Tells a text's language. Called for each document, by one thread at a time; the same text always
 * gets the same answer. A class of one's own needs a public constructor without parameters.
 */
public interface LanguageIdentifier {
  /** The likeliest language of a normalised text, and how likely it is. */
  Identified identify(String text);

  /** The identifiers that can be chosen by name. */
  enum Kind {
    /** Scripts, then the n-gram profile: knows English from other languages in Latin script. */
    PROFILE,
    /** Scripts only: all Latin text counts as English. */
    SCRIPT
  }

  /** The identifier of that name. */
  static LanguageIdentifier of(Kind kind) {
    return switch (kind) {
      case PROFILE -> new ProfileIdentifier();
      case SCRIPT -> new ScriptIdentifier();
    };
  }

  /**
   * An identifier from the class path.
   *
   * @param className that implements this interface
   * @throws ConfigException if there is no such class, or it cannot be made, or is none of these
   */
  static LanguageIdentifier ofClass(String className) {
    try {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      Class<?> named = Class.forName(className, true, loader);
      return named.asSubclass(LanguageIdentifier.class).getConstructor().newInstance();
    } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
      throw new ConfigException(
          "filters.language.custom_class '"
              + className
              + "' must be a class on the class path that implements "
              + LanguageIdentifier.class.getName()
              + " and has a public constructor without parameters; add its jar with --jars ("
              + e
              + ")",
          e);
    }
  }

  /** This identifier, answering {@code UND} where the score is below the smallest. */
  default LanguageIdentifier atLeast(double minScore) {
    return text -> {
      Identified found = identify(text);
      return found.score() >= minScore ? found : new Identified(Language.UND, found.score());
    };
  }
}
