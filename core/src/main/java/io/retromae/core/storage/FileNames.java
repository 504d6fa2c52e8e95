package io.retromae.core.storage;

import io.retromae.core.failure.CorruptDataException;
import java.util.regex.Pattern;

/**
 * Names that a file tells. They become parts of paths, so each must have the form that we, or who
 * else writes such files, give it: what a manifest says is no way into other folders.
 */
public final class FileNames {
  /** One path element that a shell would not have to quote, not hidden. */
  public static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private FileNames() {}

  /**
   * The name, if it is of this form.
   *
   * @param file that says it
   * @param field in the file
   * @param form that all such names have; leaves no room for {@code ..}
   * @throws CorruptDataException naming file, field and value
   */
  public static String checked(String file, String field, String name, Pattern form) {
    if (name == null || !form.matcher(name).matches()) {
      throw new CorruptDataException(
          "%s: %s is '%s', which is no name of such a file (must match %s)"
              .formatted(file, field, name, form));
    }
    return name;
  }
}
