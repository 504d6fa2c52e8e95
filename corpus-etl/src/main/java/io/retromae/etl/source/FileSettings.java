package io.retromae.etl.source;

import io.retromae.core.config.Setting;
import java.io.Serializable;

/**
 * Which files of the inputs are read, and how much may come out of one.
 *
 * @param recursive whether a folder means all below it
 * @param followLinks whether symbolic links inside folders are followed
 * @param maxExpansion bytes that a stored byte may become
 */
public record FileSettings(
    @Setting(
            doc =
                "A folder means all files below it; false reads the files directly in it and names"
                    + " the others.",
            standard = "true")
        boolean recursive,
    @Setting(
            doc =
                "Follow symbolic links inside input folders; false refuses them by name. A path"
                    + " that is itself a link is always followed.",
            standard = "false")
        boolean followLinks,
    @Setting(
            doc =
                "A file that has given 1 GiB, and more than so many times what was read of it, is"
                    + " a decompression bomb: a bad file.",
            standard = "250",
            min = 2)
        int maxExpansion)
    implements Serializable {

  /** The settings' defaults. */
  public static FileSettings standard() {
    return new FileSettings(true, false, 250);
  }
}
