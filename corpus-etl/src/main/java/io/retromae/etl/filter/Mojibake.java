package io.retromae.etl.filter;

import io.retromae.core.config.Setting;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.stage.Scope;
import java.util.List;

/** Drops texts that were decoded wrongly before they were published: they cannot be saved. */
public final class Mojibake implements DocumentStage {
  /** UTF-8 read as GBK, uninitialised memory read as GBK, UTF-8 read as Latin-1. */
  private static final String[] MARKS = {"锟斤拷", "烫烫", "屯屯", "Ã©", "Ã¨", "Ã¤", "â€", "Â "};

  private final Settings settings;

  /**
   * Settings.
   *
   * @param enabled whether the stage runs
   * @param maxShare of characters that are marks of wrong decoding
   */
  public record Settings(
      @Setting(doc = "Drop texts that were decoded wrongly.", standard = "true") boolean enabled,
      @Setting(
              doc = "Largest share of characters that are marks of wrong decoding (锟斤拷, â€ ...).",
              standard = "0.005",
              min = 0,
              max = 1)
          double maxShare) {}

  public Mojibake(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "mojibake";
  }

  @Override
  public Scope scope() {
    return new Scope(settings.enabled(), List.of(), List.of());
  }

  @Override
  public Result apply(CleanDocument document) {
    String text = document.text();
    long marked = 0;
    for (String mark : MARKS) {
      for (int i = text.indexOf(mark); i >= 0; i = text.indexOf(mark, i + mark.length())) {
        marked += mark.length();
      }
    }
    return marked > settings.maxShare() * text.length()
        ? new Result.Dropped("mojibake")
        : Result.kept();
  }
}
