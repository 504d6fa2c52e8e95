package io.retromae.core.storage;

import io.retromae.core.config.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * Which of Hadoop's settings open doors: by our own rule ({@link Secrets#named}) and by Hadoop's
 * list {@code hadoop.security.sensitive-config-keys}. Tasks are sent, cached and spilled in clear
 * unless Spark encrypts, so credentials do not travel with them.
 */
public final class Credentials {
  private static final String SENSITIVE = "hadoop.security.sensitive-config-keys";

  /** Say where credentials lie or how they are got; without them nothing can be reached. */
  private static final Pattern PLACE =
      Pattern.compile(
          "(?i).*[._-](path|file|providers?|type|class|binding|enabled|fallback|uri|url)");

  private Credentials() {}

  /** A copy without them. */
  static Configuration without(Configuration configuration) {
    Configuration copy = new Configuration(configuration);
    keys(configuration).forEach(copy::unset);
    return copy;
  }

  /** The settings that were sent, with the credentials of the process they came to. */
  static Configuration added(Configuration sent, Configuration own) {
    keys(own).forEach(key -> sent.set(key, own.getRaw(key)));
    return sent;
  }

  /** The names of the credentials that are set. */
  public static List<String> keys(Configuration configuration) {
    List<Pattern> sensitive =
        configuration.getTrimmedStringCollection(SENSITIVE).stream().map(Pattern::compile).toList();
    List<String> keys = new ArrayList<>();
    for (Map.Entry<String, String> setting : configuration) {
      String key = setting.getKey();
      boolean hadoops = sensitive.stream().anyMatch(pattern -> pattern.matcher(key).find());
      boolean place = PLACE.matcher(key).matches() || isHadoopsOwn(configuration, key);
      if ((hadoops || Secrets.named(key)) && !place) {
        keys.add(key);
      }
    }
    return keys;
  }

  /** Defaults that Hadoop ships open nothing, whatever they are called. */
  private static boolean isHadoopsOwn(Configuration configuration, String key) {
    String[] sources = configuration.getPropertySources(key);
    return sources != null
        && sources.length > 0
        && sources[sources.length - 1].endsWith("-default.xml");
  }
}
