package io.retromae.training.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint of a machine with another locale is found and read. */
class FileNamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"de-DE", "ar-EG", "hi-IN-u-nu-deva"})
  void namesAreThoseOfEveryLocale(String tag) {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(tag));

      assertEquals("step-00001200-3", Manifest.name(1200, 3));
      assertEquals("optimizer-00002-of-00004.safetensors", new Share(1, 4).optimizerFile());
    } finally {
      Locale.setDefault(before);
    }
  }
}
