package io.retromae.core.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares one setting on a record component. The YAML key is the component's name in snake case.
 *
 * <p>Component types: {@code boolean}, {@code int}, {@code long}, {@code double}, {@code String},
 * an enum (its constants in lower case), {@code Optional} of those ({@code null} in YAML is empty),
 * {@code List} and {@code Map<String, ...>} of those or of records, and records, whose settings
 * nest. A setting of record type needs no default: its own settings have theirs. If it has one, a
 * mapping, that takes the place of theirs where it names them.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /** What the setting means and where its default comes from, in one sentence or two. */
  String doc();

  /** The default, written as in YAML; {@link #REQUIRED} if the user must give a value. */
  String standard() default REQUIRED;

  /** Smallest allowed number. */
  double min() default Double.NEGATIVE_INFINITY;

  /** Largest allowed number. */
  double max() default Double.POSITIVE_INFINITY;

  /** The number must be larger than this. */
  double above() default Double.NEGATIVE_INFINITY;

  /** The number must be smaller than this. */
  double below() default Double.POSITIVE_INFINITY;

  /** Marks a setting without default. */
  String REQUIRED = "<required>";
}
