package io.retromae.embed.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.retromae.core.hash.Sha256;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.Map;

/** Counts and hashes texts on their way. */
final class TextCounts implements TextSink {
  private final TextSink next;
  private final Map<TextSet, Count> counts = new EnumMap<>(TextSet.class);

  TextCounts(TextSink next) {
    this.next = next;
  }

  private static final class Count {
    private final MessageDigest digest = Sha256.newDigest();
    private long texts;
    private long empty;
    private long characters;

    /** Equal texts of two sets are written each on its own. */
    private Count(TextSet set) {
      add(set.label());
    }

    private void add(String text) {
      byte[] bytes = text.getBytes(UTF_8);
      digest.update(Integer.toString(bytes.length).getBytes(UTF_8));
      digest.update((byte) ':');
      digest.update(bytes);
    }
  }

  @Override
  public void text(TextSet set, String id, String text) {
    Count count = counts.computeIfAbsent(set, Count::new);
    count.add(id);
    count.add(text);
    count.texts++;
    count.empty += text.isBlank() ? 1 : 0;
    count.characters += text.length();
    next.text(set, id, text);
  }

  @Override
  public void unaskedQuery(String text) {
    next.unaskedQuery(text);
  }

  /** What came by. */
  Map<TextSet, Task.Texts> counts() {
    Map<TextSet, Task.Texts> all = new EnumMap<>(TextSet.class);
    counts.forEach(
        (set, count) ->
            all.put(
                set,
                new Task.Texts(
                    count.texts, count.empty, count.characters, Sha256.hex(count.digest))));
    return all;
  }
}
