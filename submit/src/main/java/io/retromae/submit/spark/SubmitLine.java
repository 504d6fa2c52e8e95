package io.retromae.submit.spark;

import io.retromae.core.config.Secrets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The spark-submit command of a job, whole and ready to be pasted; secrets are left out. */
public final class SubmitLine {
  /** What spark-submit makes by itself or takes as an option of its own. */
  private static final Set<String> NOT_AS_CONF =
      Set.of(
          "spark.master",
          "spark.submit.deployMode",
          "spark.submit.pyFiles",
          "spark.app.submitTime",
          "spark.app.id",
          "spark.repl.local.jars",
          "spark.files",
          "spark.jars",
          "spark.driver.memory");

  private static final Pattern PLAIN = Pattern.compile("[\\w./:=,@%+\\-]+");

  private final SparkSetup setup;
  private final JobDemand demand;
  private final Program program;

  /**
   * What is submitted.
   *
   * @param executable spark-submit, with its folder if that is known
   * @param jar ours
   * @param jars that go with it, to the driver and the executors
   * @param propertiesFile that spark-submit is to read, if one was given
   * @param filesReadBySpark properties files whose content need not be repeated
   * @param configFiles local ones, which a driver on the cluster needs beside it
   * @param more options of spark-submit that are no properties
   * @param arguments command and options as the user gave them
   */
  public record Program(
      String executable,
      String jar,
      List<String> jars,
      Optional<Path> propertiesFile,
      Set<String> filesReadBySpark,
      List<String> configFiles,
      List<String> more,
      List<String> arguments) {
    /** Copies the collections. */
    public Program {
      jars = List.copyOf(jars);
      filesReadBySpark = Set.copyOf(filesReadBySpark);
      configFiles = List.copyOf(configFiles);
      more = List.copyOf(more);
      arguments = List.copyOf(arguments);
    }
  }

  /** A line for a setup. */
  public SubmitLine(SparkSetup setup, JobDemand demand, Program program) {
    this.setup = setup;
    this.demand = demand;
    this.program = program;
  }

  /** Properties that spark-submit is told, with the reason or origin of each, by name. */
  public List<SparkProperty> properties() {
    Map<String, SparkProperty> shown = new LinkedHashMap<>();
    setup.ours().forEach(property -> shown.put(property.key(), property));
    for (SparkProperty property : setup.given().all().values()) {
      boolean read = program.filesReadBySpark().contains(property.reason());
      if (!read && !NOT_AS_CONF.contains(property.key())) {
        shown.putIfAbsent(property.key(), property);
      }
    }
    return List.copyOf(shown.values());
  }

  /** The words of the command, secrets left out, as a shell hands them over. */
  public List<String> words() {
    return options().stream().flatMap(List::stream).toList();
  }

  /** The command for a shell, an option on each line. */
  public String shell() {
    return options().stream()
        .map(words -> words.stream().map(SubmitLine::quoted).collect(Collectors.joining(" ")))
        .collect(Collectors.joining(" \\\n  "));
  }

  private List<List<String>> options() {
    List<List<String>> options = new ArrayList<>();
    options.add(List.of(program.executable()));
    options.add(List.of("--class", "io.retromae.submit.Main"));
    options.add(List.of("--master", setup.master().text()));
    setup
        .given()
        .get("spark.submit.deployMode")
        .ifPresent(mode -> options.add(List.of("--deploy-mode", mode)));
    program
        .propertiesFile()
        .ifPresent(file -> options.add(List.of("--properties-file", file.toString())));
    String heap = demand.driverHeapMb() + "m";
    options.add(List.of("--driver-memory", setup.given().get("spark.driver.memory").orElse(heap)));
    list("--jars", "spark.jars", program.jars(), options);
    list(
        "--files",
        "spark.files",
        setup.given().clusterMode() ? program.configFiles() : List.of(),
        options);
    for (int i = 0; i + 1 < program.more().size(); i += 2) {
      options.add(program.more().subList(i, i + 2));
    }
    properties()
        .forEach(
            property -> options.add(List.of("--conf", property.key() + "=" + property.shown())));
    options.add(List.of(program.jar()));
    options.add(arguments());
    return options;
  }

  private void list(String option, String key, List<String> own, List<List<String>> options) {
    Set<String> all = new LinkedHashSet<>();
    setup.given().get(key).ifPresent(given -> all.addAll(List.of(given.split(","))));
    all.removeIf(path -> path.isBlank() || path.endsWith(program.jar()));
    all.addAll(own);
    if (!all.isEmpty()) {
      options.add(List.of(option, Secrets.shown(String.join(",", all))));
    }
  }

  /** The user's own words; files that travel with the job are named as they arrive: bare. */
  private List<String> arguments() {
    List<String> words = new ArrayList<>();
    String before = "";
    for (String word : program.arguments()) {
      String bare = setup.given().clusterMode() ? asItArrives(before, word) : word;
      before = word;
      int equals = bare.indexOf('=');
      words.add(
          equals > 0
              ? bare.substring(0, equals + 1)
                  + Secrets.shown(bare.substring(0, equals), bare.substring(equals + 1))
              : Secrets.shown(bare));
    }
    return words;
  }

  private String asItArrives(String before, String word) {
    boolean value = before.equals("-c") || before.equals("--config");
    String option = value ? "" : word.replaceFirst("^(-c=|--config=).*", "$1");
    String file = value ? word : word.substring(Math.min(word.length(), option.length()));
    return program.configFiles().contains(file) ? option + name(file) : word;
  }

  private static String name(String file) {
    return file.substring(file.lastIndexOf('/') + 1);
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
