package io.retromae.training.huggingface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.training.bert.Pooling;
import java.util.Locale;

/** How the exported model is used, for its card: with the pooling and the prompts of training. */
final class CardUsage {
  private static final ObjectMapper JSON = new ObjectMapper();

  private CardUsage() {}

  static String of(RunDescription run, ObjectiveCard objective) {
    return switch (objective.data()) {
      case CORPUS -> base(objective);
      case PAIRS -> retriever(run);
    };
  }

  private static String base(ObjectiveCard objective) {
    return """
    ## Use

    ```python
    from transformers import AutoModel, AutoTokenizer          # or BertForMaskedLM for the MLM head
    tokenizer = AutoTokenizer.from_pretrained("path/to/export")
    model = AutoModel.from_pretrained("path/to/export")
    vectors = model(**tokenizer(["a text"], return_tensors="pt")).last_hidden_state[:, 0]
    ```

    ```python
    from sentence_transformers import SentenceTransformer
    vectors = SentenceTransformer("path/to/export").encode(["a text"])
    ```

    To fine-tune with FlagEmbedding give this folder as `--model_name_or_path` and
    `--sentence_pooling_method cls`.%s
    `reference-vectors.json` holds ids and vectors of some texts, to check a loaded model against.
    """
        .formatted(objective.decoder().isEmpty() ? "" : " " + objective.decoder());
  }

  private static String retriever(RunDescription run) {
    SentenceVectors vectors = run.vectors();
    return String.join(
        "\n",
        "## Use",
        "",
        "Vectors: pooling `%s`, %s; compare them by %s."
            .formatted(
                vectors.pooling().name().toLowerCase(Locale.ROOT),
                vectors.normalize() ? "divided by their length" : "as they are",
                vectors.normalize() ? "cosine" : "inner product"),
        prompts(vectors),
        "",
        sentenceTransformers(),
        transformers(run),
        flagEmbedding(vectors),
        "With retromae-spark: `embed` takes pooling, prompts and length from this folder.",
        "`reference-vectors.json` holds ids and vectors of some texts, to check a loaded model"
            + " against.",
        "");
  }

  private static String prompts(SentenceVectors vectors) {
    String query = prompt(vectors, SentenceVectors.QUERY);
    String document = prompt(vectors, SentenceVectors.DOCUMENT);
    return "Before a query goes %s, before a passage %s.".formatted(shown(query), shown(document));
  }

  private static String shown(String prompt) {
    return prompt.isEmpty() ? "nothing" : "`%s`".formatted(literal(prompt).replace('`', '\''));
  }

  private static String prompt(SentenceVectors vectors, String name) {
    return vectors.prompts().getOrDefault(name, "");
  }

  private static String sentenceTransformers() {
    return """
    ```python
    from sentence_transformers import SentenceTransformer
    model = SentenceTransformer("path/to/export")
    queries = model.encode(["a question"], prompt_name="query")
    passages = model.encode(["a passage"], prompt_name="document")
    print(model.similarity(queries, passages))
    ```
    """;
  }

  private static String transformers(RunDescription run) {
    SentenceVectors vectors = run.vectors();
    String pooled =
        switch (vectors.pooling()) {
          case CLS -> "hidden[:, 0]";
          case MEAN -> "(hidden * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)";
          case LAST_TOKEN -> "hidden[torch.arange(len(texts)), mask.sum(1) - 1]";
        };
    return """
    ```python
    import torch
    from transformers import AutoModel, AutoTokenizer
    tokenizer = AutoTokenizer.from_pretrained("path/to/export")
    model = AutoModel.from_pretrained("path/to/export").eval()

    def encode(texts):
        batch = tokenizer(texts, padding=True, truncation=True, max_length=%d, return_tensors="pt")
        with torch.no_grad():
            hidden = model(**batch).last_hidden_state
        mask = batch["attention_mask"]
        vectors = %s
        return %s

    scores = encode([%s"a question"]) @ encode([%s"a passage"]).T
    ```
    """
        .formatted(
            run.maxSeqLength(),
            pooled,
            vectors.normalize() ? "torch.nn.functional.normalize(vectors, dim=1)" : "vectors",
            before(prompt(vectors, SentenceVectors.QUERY)),
            before(prompt(vectors, SentenceVectors.DOCUMENT)));
  }

  /** FlagEmbedding reads none of it from the folder, and has no last token for a BERT. */
  private static String flagEmbedding(SentenceVectors vectors) {
    if (vectors.pooling() == Pooling.LAST_TOKEN) {
      return "FlagEmbedding's classes for encoders know no last-token pooling.\n";
    }
    return """
    ```python
    from FlagEmbedding import FlagModel
    model = FlagModel("path/to/export", pooling_method="%s", normalize_embeddings=%s,
                      query_instruction_for_retrieval=%s)
    scores = model.encode_queries(["a question"]) @ model.encode_corpus([%s"a passage"]).T
    ```
    """
        .formatted(
            vectors.pooling().sentenceTransformersName(),
            vectors.normalize() ? "True" : "False",
            prompt(vectors, SentenceVectors.QUERY).isEmpty()
                ? "None"
                : literal(prompt(vectors, SentenceVectors.QUERY)),
            before(prompt(vectors, SentenceVectors.DOCUMENT)));
  }

  private static String before(String prompt) {
    return prompt.isEmpty() ? "" : literal(prompt) + " + ";
  }

  /** As Python writes it: a JSON string is one of Python's, too. */
  private static String literal(String text) {
    try {
      return JSON.writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
