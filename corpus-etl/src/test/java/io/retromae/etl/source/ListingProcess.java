package io.retromae.etl.source;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;

/** Lists a folder in a process of its own, whose locale is another. */
final class ListingProcess {
  private static final String LIST = "list ";

  private ListingProcess() {}

  /** Prints for each pattern the names that are read, or the refusal. */
  public static void main(String[] args) {
    for (String pattern : args) {
      list(pattern);
    }
  }

  private static void list(String pattern) {
    System.out.println(LIST + pattern);
    try {
      InputListing listing =
          InputListing.of(
              new Storage(new Configuration()), "path", pattern, FileSettings.standard());
      listing.files().forEach(file -> System.out.println("read " + file.nameInInput()));
    } catch (ConfigException e) {
      System.out.println("refused " + e.getMessage());
    }
  }

  /** What a process says, pattern by pattern, that runs in a locale. */
  static List<String> run(String locale, Path folder, List<String> patterns)
      throws IOException, InterruptedException {
    String classes = System.getProperty("java.class.path");
    assumeTrue(
        StandardCharsets.US_ASCII.newEncoder().canEncode(classes),
        "in the POSIX locale no Java finds classes here");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classes,
                ListingProcess.class.getName()));
    command.addAll(patterns);
    ProcessBuilder java = new ProcessBuilder(command);
    java.environment().put("LC_ALL", locale);
    java.environment().put("LANG", "C");
    java.directory(folder.toFile()).redirectErrorStream(true);
    Process process = java.start();
    String output = new String(process.getInputStream().readAllBytes());
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    return List.of(output.substring(output.indexOf(LIST) + LIST.length()).split(LIST));
  }
}
