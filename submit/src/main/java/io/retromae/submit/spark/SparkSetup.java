package io.retromae.submit.spark;

import io.retromae.core.failure.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.SparkConf;

/**
 * The Spark properties of one start of a job: those given, those worked out, and what is odd about
 * them. Made before any context, from nothing but text.
 *
 * @param master where the job runs
 * @param given by the user
 * @param ours added to those, or completing one of them
 * @param warnings of what may not go well
 */
public record SparkSetup(
    MasterUrl master, GivenProperties given, List<SparkProperty> ours, List<String> warnings) {
  /** Copies the lists. */
  public SparkSetup {
    ours = List.copyOf(ours);
    warnings = List.copyOf(warnings);
  }

  /**
   * Works out what is missing and checks all of it.
   *
   * @param jobsOwn what the job itself refuses of the complete properties
   * @throws ConfigException with all that cannot work
   */
  public static SparkSetup of(
      GivenProperties given, JobDemand demand, Function<SparkConf, List<String>> jobsOwn) {
    List<String> problems = new ArrayList<>(SparkChecks.ofGiven(given));
    MasterUrl master = masterOr(given, problems);
    SparkConf sound = given.conf(); // a value that is no number is named once, not in every check
    given.all().values().stream()
        .filter(property -> SparkChecks.refusal(property).isPresent())
        .forEach(property -> sound.remove(property.key()));
    List<SparkProperty> ours = SparkSizing.of(master, demand, sound);
    ours.forEach(property -> sound.set(property.key(), property.value()));
    SparkChecks checks = SparkChecks.of(master, demand, sound);
    problems.addAll(checks.problems());
    problems.addAll(jobsOwn.apply(sound));
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new SparkSetup(master, given, ours, checks.warnings()).warning(overruled(given, ours));
  }

  /** The given property that is not taken, if ours replaces it. */
  private static List<String> overruled(GivenProperties given, List<SparkProperty> ours) {
    return ours.stream()
        .filter(our -> our.key().equals(SparkSizing.SERIALIZER))
        .map(
            our ->
                "%s = %s (%s): the job runs with %s: %s"
                    .formatted(
                        our.key(),
                        given.all().get(our.key()).shown(),
                        given.all().get(our.key()).reason(),
                        our.shown(),
                        our.reason()))
        .toList();
  }

  /** What is wrong with the given properties, whatever the job: names, values, the master. */
  public static List<String> problemsOf(GivenProperties given) {
    List<String> problems = new ArrayList<>();
    try {
      master(given);
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    }
    problems.addAll(SparkChecks.ofGiven(given));
    return problems;
  }

  /** Nothing can be worked out for an unknown master, but other problems are told along with it. */
  private static MasterUrl masterOr(GivenProperties given, List<String> problems) {
    try {
      return master(given);
    } catch (ConfigException e) {
      problems.addAll(0, e.problems());
      throw new ConfigException(problems);
    }
  }

  /** The master that was given; without one, all cores of this machine. */
  public static MasterUrl master(GivenProperties given) {
    return MasterUrl.parse(given.get("spark.master").orElse("local[*]"));
  }

  /** The same with more that may not go well. */
  public SparkSetup warning(List<String> more) {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(more);
    return new SparkSetup(master, given, ours, all);
  }

  /** Tasks that can run at once; empty if the properties do not tell. */
  public Optional<Integer> slots() {
    return SparkSizing.slots(conf(), master);
  }

  /** All properties as a context takes them. */
  public SparkConf conf() {
    SparkConf conf = given.conf();
    ours.forEach(property -> conf.set(property.key(), property.value()));
    return conf.setIfMissing("spark.master", master.text());
  }
}
