package io.retromae.etl.pii;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Top-level domains under which people have mail: those of countries (ISO 3166-1) and the more
 * common general ones of IANA's root zone. Left out are those that name files oftener than hosts
 * ({@code zip}, {@code mov}) and words of programs ({@code next}, {@code open}).
 */
final class TopDomains {
  private static final Set<String> GENERAL =
      Set.of(
          ("com net org edu gov mil int info biz name pro mobi asia aero coop museum jobs travel tel cat"
                  + " xxx arpa xyz top club online site shop store app dev tech cloud email wang vip"
                  + " ltd group company work blog live life world today news media design art studio space"
                  + " website fun love ren link ink icu cyou win bid loan men party science stream"
                  + " trade review download racing cricket accountant faith academy agency bank berlin"
                  + " london paris tokyo wien koeln hamburg amsterdam nyc moscow swiss university college"
                  + " school education institute foundation church community center international global"
                  + " network systems solutions services support software digital consulting engineering"
                  + " finance capital ventures holdings management marketing legal law lawyer attorney"
                  + " health healthcare clinic dental doctor hospital care energy solar events gallery"
                  + " photography photos photo pictures productions press page wiki social chat guru expert"
                  + " zone city land house estate properties restaurant cafe coffee pub wine beer eco"
                  + " green bio farm garden tools computer technology vision video audio team games"
                  + " game football yoga hotel taxi tours vacations holiday cruises flights rocks"
                  + " ninja gmbh inc llc sarl srl ngo ong gay kiwi scot wales cymru bzh eus gal quebec"
                  + " africa arab lat moe red blue pink black cool ceo")
              .split(" "));

  private static final Set<String> COUNTRIES =
      Set.copyOf(
          List.of(
              (String.join(" ", Locale.getISOCountries()).toLowerCase(Locale.ROOT) + " uk eu su ac")
                  .split(" ")));

  private TopDomains() {}

  /** Whether a label, in letters of any case, is one. */
  static boolean contains(String label) {
    String small = label.toLowerCase(Locale.ROOT);
    return small.length() == 2 ? COUNTRIES.contains(small) : GENERAL.contains(small);
  }
}
