package io.retromae.pretrain.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InitSettingsTest {
  private static InitSettings load(String... settings) {
    return ConfigLoader.load(InitSettings.class, List.of(), List.of(settings)).value();
  }

  @Test
  void theDefaultIsRandomWeightsOfBertBase() {
    InitSettings init = load();

    assertEquals(Optional.empty(), init.from());
    assertEquals(InitSettings.Decoder.AUTO, init.decoder());
    assertEquals(Optional.empty(), init.maxPositionEmbeddings());
    assertEquals(768, init.config().hiddenSize());
  }

  @Test
  void everyKeyIsMapped() {
    InitSettings init =
        load("from=dir", "decoder=fresh", "max_position_embeddings=1024", "config.hidden_size=24");

    assertEquals(Optional.of("dir"), init.from());
    assertEquals(InitSettings.Decoder.FRESH, init.decoder());
    assertEquals(Optional.of(1024), init.maxPositionEmbeddings());
    assertEquals(24, init.config().hiddenSize());
  }

  @Test
  void positionsToExtendNeedAModelToExtend() {
    var refusal = assertThrows(ConfigException.class, () -> load("max_position_embeddings=1024"));

    assertTrue(refusal.getMessage().contains("max_position_embeddings = 1024"));
    assertTrue(refusal.getMessage().contains("config.max_position_embeddings"));
  }
}
