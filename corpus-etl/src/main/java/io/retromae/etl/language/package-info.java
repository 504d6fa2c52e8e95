/**
 * Tells a text's language: scripts first, then a profile of character n-grams that knows English
 * from all other languages in Latin script. Knows no cleaning stage. Start at {@link
 * io.retromae.etl.language.LanguageIdentifier}.
 *
 * <p>{@code english-profile.bin} is made by {@code ProfileTrainer} (in the tests) from the
 * translations of the Universal Declaration of Human Rights and English documents of six registers;
 * {@code english-profile.md} beside it says from which and how.
 */
package io.retromae.etl.language;
