/**
 * What texts of a language look like. {@link io.retromae.etl.language.LanguageIdentifier} tells a
 * text's language: scripts first, then a profile of character n-grams that knows English from all
 * other languages in Latin script; start reading there. {@link
 * io.retromae.etl.language.EnglishPairs} and {@link io.retromae.etl.language.HanPairs} tell how
 * well neighbouring words and characters go together. Knows no cleaning stage.
 *
 * <p>{@code english-profile.bin} is made by {@code ProfileTrainer} (in the tests) from the
 * translations of the Universal Declaration of Human Rights and English documents of six registers;
 * {@code english-profile.md} beside it says from which and how. {@code pairs.md} says the same of
 * the tables of pairs, which {@code PairTrainer} makes.
 */
package io.retromae.etl.language;
