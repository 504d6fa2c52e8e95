package io.retromae.etl.clean;

import java.util.ArrayList;
import java.util.List;

/** The quality filters in the order in which they run; to add one, add it here. */
public final class Filters {
  private Filters() {}

  /** The filters that the settings switch on. */
  public static List<DocumentFilter> of(FilterSettings settings) {
    List<DocumentFilter> filters = new ArrayList<>();
    if (settings.gopherQuality().enabled()) {
      filters.add(new GopherQuality(settings.gopherQuality()));
    }
    if (settings.chineseQuality().enabled()) {
      filters.add(new ChineseQuality(settings.chineseQuality()));
    }
    return List.copyOf(filters);
  }
}
