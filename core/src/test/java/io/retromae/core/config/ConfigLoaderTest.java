package io.retromae.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigLoaderTest {
  enum Method {
    RETROMAE,
    DUPMAE
  }

  record Objective(
      @Setting(doc = "Loss.", standard = "retromae") Method method,
      @Setting(doc = "Share.", standard = "0.3", above = 0, below = 1)
          double encoderMlmProbability) {}

  record Input(@Setting(doc = "Where.") String path) {}

  record Sample(
      @Setting(doc = "Folder.") String output,
      @Setting(doc = "Seed.", standard = "42", min = 0) long seed,
      @Setting(doc = "Model.", standard = "null") Optional<String> from,
      @Setting(doc = "Inputs.", standard = "[]") List<Input> inputs,
      @Setting(doc = "Weights.", standard = "{}") Map<String, Double> weights,
      @Setting(doc = "Objective.") Objective objective) {
    Sample {
      if (output != null && output.equals("/")) {
        throw new IllegalArgumentException("output = /: must not be the root");
      }
    }
  }

  private static Resolved<Sample> load(String yaml, String... overrides) {
    return ConfigLoader.load(
        Sample.class, List.of(new ConfigLoader.Source("my.yaml", yaml)), List.of(overrides));
  }

  private static String problems(String yaml, String... overrides) {
    return assertThrows(ConfigException.class, () -> load(yaml, overrides)).getMessage();
  }

  @Test
  void missingSettingsTakeTheirDefaults() {
    Sample sample = load("output: out").value();

    assertEquals(42, sample.seed());
    assertEquals(Optional.empty(), sample.from());
    assertEquals(new Objective(Method.RETROMAE, 0.3), sample.objective());
  }

  record Other(
      @Setting(doc = "Objective.", standard = "{encoder_mlm_probability: 0.5}")
          Objective objective) {}

  @Test
  void aSectionMayHaveOtherDefaultsWhereItIsUsed() {
    var given = new ConfigLoader.Source("my.yaml", "objective:\n  method: dupmae\n");

    Other standard = ConfigLoader.load(Other.class, List.of(), List.of()).value();
    Other chosen = ConfigLoader.load(Other.class, List.of(given), List.of()).value();

    assertEquals(new Objective(Method.RETROMAE, 0.5), standard.objective());
    assertEquals(
        List.of("default", "default"),
        ConfigLoader.load(Other.class, List.of(), List.of()).settings().stream()
            .map(ResolvedSetting::origin)
            .toList());
    assertEquals(new Objective(Method.DUPMAE, 0.5), chosen.objective());
    String reference = ConfigReference.yaml(Other.class, 0);
    assertTrue(reference.contains("encoder_mlm_probability: 0.5\n"), reference);
  }

  @Test
  void everyKindOfValueIsRead() {
    Sample sample =
        load("""
                output: "out dir"
                seed: 7
                from: bert
                inputs: [{path: a#b.json}, {path: c}]
                weights: {"pile/Wikipedia (en)": 3}
                objective: {method: dupmae, encoder_mlm_probability: 15e-2}
                """)
            .value();

    assertEquals("out dir", sample.output());
    assertEquals(List.of(new Input("a#b.json"), new Input("c")), sample.inputs());
    assertEquals(Map.of("pile/Wikipedia (en)", 3.0), sample.weights());
    assertEquals(new Objective(Method.DUPMAE, 0.15), sample.objective());
    assertEquals(Optional.of("bert"), sample.from());
  }

  @Test
  void overridesWinAndTheirOriginIsKept() {
    Resolved<Sample> resolved =
        load("output: out\nobjective: {method: dupmae}", "objective.encoder_mlm_probability=0.2");

    assertEquals(new Objective(Method.DUPMAE, 0.2), resolved.value().objective());
    assertTrue(
        resolved.settings().contains(new ResolvedSetting("seed", "42", "default")),
        resolved.listing());
    assertTrue(resolved.listing().contains("objective.encoder_mlm_probability: 0.2  # --set"));
    assertTrue(resolved.listing().contains("objective.method: dupmae  # my.yaml:2"));
  }

  @Test
  void allProblemsAreReportedAtOnceWithTheirLines() {
    String message =
        problems(
            "output: out\nseed: -1\nobjective:\n  encoder_mlm_probabilty: 0.1\n  method: bert\n");

    assertTrue(
        message.contains(
            "my.yaml:4: unknown setting 'objective.encoder_mlm_probabilty';"
                + " did you mean 'encoder_mlm_probability'?"),
        message);
    assertTrue(message.contains("my.yaml:2: seed = -1: must be at least 0"), message);
    assertTrue(
        message.contains("my.yaml:5: objective.method = bert: must be one of retromae, dupmae"),
        message);
  }

  @Test
  void outOfRangeNamesValueAndRule() {
    assertEquals(
        "--set: objective.encoder_mlm_probability = 1.2: must be above 0 and below 1",
        problems("output: out", "objective.encoder_mlm_probability=1.2"));
  }

  @Test
  void aMissingRequiredSettingIsNamed() {
    assertEquals("output: missing (Folder.); give it a value", problems("seed: 1"));
  }

  @Test
  void aRepeatedKeyIsAnError() {
    assertEquals(
        "my.yaml:2: setting 'seed' is given twice; remove one",
        problems("seed: 1\nseed: 2\noutput: out"));
  }

  @Test
  void brokenYamlNamesTheLine() {
    String message = problems("output: out\nseed: [1\n");

    assertTrue(message.startsWith("my.yaml:"), message);
    assertTrue(message.contains("not valid YAML"), message);
  }

  @Test
  void rulesOfTheRecordItselfAreReported() {
    assertTrue(problems("output: /").contains("output = /: must not be the root"));
  }

  @Test
  void theResolvedConfigurationLoadsBackToItself() {
    Resolved<Sample> resolved =
        load(
            "inputs: [{path: a}]\noutput: 'a # b'\nweights: {x y: 2}\nobjective: {method: dupmae}\nfrom: \"null\"");

    assertEquals(resolved.value(), load(resolved.yaml()).value(), resolved.yaml());
  }

  @Test
  void theReferenceLoadsBackToTheDefaults() {
    String reference = ConfigReference.yaml(Sample.class, 0);

    Sample sample = load(reference.replace("output: # required", "output: out")).value();

    assertEquals(load("output: out").value(), sample);
    assertTrue(reference.contains("# a number, above 0 and below 1"), reference);
  }

  @Test
  void aListThatHoldsItselfIsRefused() {
    assertTrue(problems("output: o\ninputs: &a [*a]").contains("my.yaml:2: this list or mapping"));
    assertTrue(problems("output: o\nobjective: &a {method: *a}").contains("my.yaml:2: this list"));
    assertTrue(problems("&a {output: *a}").contains("my.yaml:1: this list or mapping"));
  }

  @Test
  void aliasesOfListsAndMappingsAreRefused() {
    String text = problems("output: o\ninputs:\n  - &a {path: x}\n  - *a");

    assertTrue(
        text.contains(
            "my.yaml:3: this list or mapping is used again by an alias (*name); write it out there"),
        text);
  }

  @Test
  void billionsOfNestedAliasesAreRefused() {
    StringBuilder yaml = new StringBuilder("output: o\nl0: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 30; i++) {
      String alias = "*l" + (i - 1);
      yaml.append("l%d: &l%d [%s]%n".formatted(i, i, String.join(", ", List.of(alias, alias))));
    }

    assertTrue(problems(yaml.toString()).contains("alias"));
    assertTrue(problems("output: o", "inputs=[&a [x], *a, *a]").contains("alias"));
  }

  @Test
  void anAliasOfOneValueIsThatValue() {
    Sample sample = load("output: &o out\nfrom: *o").value();

    assertEquals(Optional.of("out"), sample.from());
  }

  @Test
  void aLongValueIsNotMultipliedByAliases() {
    String yaml = "output: &o " + "x".repeat(100_000) + "\nfrom: [*o" + ", *o".repeat(1000) + "]";

    String text = problems(yaml);

    assertTrue(text.startsWith("my.yaml: not valid YAML: aliases make it longer"), text);
  }

  @Test
  void depthIsLimited() {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);

    assertTrue(problems("output: " + deep).contains("my.yaml: not valid YAML: Nesting Depth"));
    assertTrue(problems("output: o", "weights=" + deep).contains("Nesting Depth"));
    assertTrue(
        problems("output: o", "weights" + ".a".repeat(100_000) + "=1").contains("keys deep"));
  }

  @Test
  void whatIsNoTextIsRefusedInOneLine() {
    String text = problems("output: a\u0000b");

    assertTrue(text.contains("my.yaml: not valid YAML"), text);
    assertEquals(1, text.lines().filter(line -> line.contains("not valid YAML")).count(), text);
  }
}
