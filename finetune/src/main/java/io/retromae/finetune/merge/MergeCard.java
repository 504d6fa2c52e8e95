package io.retromae.finetune.merge;

import io.retromae.core.display.Displayed;
import io.retromae.core.storage.Storage;
import io.retromae.training.huggingface.BaseModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The README.md of a merged folder: its parts and their weights. */
final class MergeCard {
  private static final String BY_NAME =
      """
      ```python
      from sentence_transformers import SentenceTransformer
      vectors = SentenceTransformer("path/to/merged").encode(["a text"])
      ```
      """;

  /** By its name alone such a folder gets mean pooling. */
  private static final String BY_MODULES =
      """
      No part says how vectors are made. Name it, here [CLS] and length one; opened by its name alone
      sentence-transformers takes the mean of all tokens, without a word.

      ```python
      from sentence_transformers import SentenceTransformer, models
      transformer = models.Transformer("path/to/merged")
      pooling = models.Pooling(transformer.get_word_embedding_dimension(), "cls")
      model = SentenceTransformer(modules=[transformer, pooling, models.Normalize()])
      vectors = model.encode(["a text"])
      ```
      """;

  private MergeCard() {}

  /**
   * The text.
   *
   * @param saysHow whether the folder says how vectors are made
   */
  static String text(Storage storage, List<Part> parts, boolean saysHow) {
    List<BaseModel> bases =
        parts.stream().map(part -> BaseModel.of(storage, part.folder())).toList();
    List<String> lines = new ArrayList<>(header(bases));
    lines.addAll(
        List.of(
            "# Merged encoder",
            "",
            "The weighted mean of encoders of equal shape, parameter by parameter, summed in float64"
                + " and",
            "rounded to float32 once (LM-Cocktail, arXiv:2311.13534). Heads and poolers of the parts"
                + " are left out.",
            "",
            "| part | base | licence | weight |",
            "|---|---|---|---|"));
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      lines.add(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %.6f |",
              Displayed.markdown(part.folder()),
              known(bases.get(i).name()),
              known(bases.get(i).license()),
              part.share()));
    }
    lines.addAll(
        List.of(
            "",
            "The licence of the model follows from its parts; check them before you publish it.",
            "",
            "## Use",
            ""));
    lines.add(saysHow ? BY_NAME : BY_MODULES);
    return String.join("\n", lines);
  }

  private static List<String> header(List<BaseModel> bases) {
    Set<String> licenses = new TreeSet<>();
    Set<String> names = new TreeSet<>();
    bases.forEach(base -> licenses.add(base.license()));
    bases.forEach(base -> names.add(base.name()));
    List<String> lines = new ArrayList<>(List.of("---"));
    if (licenses.size() == 1 && !licenses.contains("")) {
      lines.add("license: " + licenses.iterator().next());
    }
    names.remove("");
    if (!names.isEmpty()) {
      lines.add("base_model:");
      names.forEach(name -> lines.add("- " + name));
    }
    lines.addAll(
        List.of(
            "library_name: sentence-transformers",
            "pipeline_tag: feature-extraction",
            "tags:",
            "- feature-extraction",
            "- merge",
            "---"));
    return lines;
  }

  private static String known(String text) {
    return text.isEmpty() ? "not said" : Displayed.markdown(text);
  }
}
