package io.retromae.finetune.mine;

import io.retromae.core.display.Displayed;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.EncoderDefaults;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.embed.encoder.EncoderOptions;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.embed.job.EncodingMemory;
import io.retromae.embed.job.EncodingWork;
import io.retromae.finetune.data.Instructions;
import io.retromae.training.bert.BertShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Vectors that an encoder makes.
 *
 * @param folder of the model
 * @param querySpec how queries are encoded; their instruction stands in their texts
 * @param passageSpec how documents are encoded
 * @param instructions what comes before texts
 */
record ModelVectors(
    EncoderFolder folder, EncoderSpec querySpec, EncoderSpec passageSpec, Instructions instructions)
    implements VectorSource {

  /** Opens what the settings name. */
  static ModelVectors open(Storage storage, MiningConfig config) {
    EncoderFolder folder = EncoderFolder.open(storage, config.model().orElseThrow());
    return new ModelVectors(
        folder,
        spec(folder, config, config.queryMaxLength()),
        spec(folder, config, config.passageMaxLength()),
        instructions(folder.defaults(), config));
  }

  private static EncoderSpec spec(
      EncoderFolder folder, MiningConfig config, Optional<Integer> maxLength) {
    return folder.spec(
        new EncoderOptions(
            config.pooling(),
            Optional.empty(), // cosines do not ask
            maxLength,
            config.compute().tokensPerBatch(),
            config.compute().device()));
  }

  private static Instructions instructions(EncoderDefaults defaults, MiningConfig config) {
    Map<String, String> prompts = defaults.prompts();
    Optional<String> query =
        config.queryInstruction().or(() -> Optional.ofNullable(prompts.get("query")));
    Optional<String> passage =
        config
            .passageInstruction()
            .or(
                () ->
                    Stream.of("passage", "document", "corpus")
                        .filter(prompts::containsKey)
                        .map(prompts::get)
                        .findFirst());
    return new Instructions(
        query.filter(text -> !text.isEmpty()),
        config.queryInstructionFormat(),
        passage.filter(text -> !text.isEmpty()),
        false);
  }

  /** What comes before each document; may be empty. */
  String passageInstruction() {
    return instructions.passage().orElse("");
  }

  @Override
  public String name() {
    return passageSpec.folder();
  }

  @Override
  public List<String> folders() {
    return List.of(passageSpec.folder());
  }

  @Override
  public String fingerprint() {
    return folder.fingerprint();
  }

  /** Settings as they were decided: the folder may decide otherwise next time. */
  @Override
  public Map<String, String> identity() {
    return Map.of(
        "model fingerprint",
        folder.fingerprint(),
        "pooling",
        passageSpec.pooling().name().toLowerCase(Locale.ROOT),
        "query_max_length",
        Integer.toString(querySpec.maxLength()),
        "passage_max_length",
        Integer.toString(passageSpec.maxLength()),
        "passage_instruction",
        "'" + passageInstruction() + "'");
  }

  @Override
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "model    %s: vectors of %d, %s pooling, queries up to %d tokens, documents up to %d"
            .formatted(
                passageSpec.folder(),
                width(),
                passageSpec.pooling().name().toLowerCase(Locale.ROOT),
                querySpec.maxLength(),
                passageSpec.maxLength()));
    instructions
        .query()
        .ifPresent(text -> lines.add("before each query: '%s'".formatted(Displayed.line(text))));
    instructions
        .passage()
        .ifPresent(text -> lines.add("before each document: '%s'".formatted(Displayed.line(text))));
    lines.addAll(folder.defaults().saidAloud());
    return lines;
  }

  @Override
  public int width() {
    return folder.width();
  }

  @Override
  public EncodingMemory memory() {
    return EncodingMemory.of(folder.shape(), passageSpec)
        .larger(EncodingMemory.of(folder.shape(), querySpec));
  }

  @Override
  public EncodingWork work(MiningTexts texts) {
    double documents = texts.documents() + (double) texts.others();
    return work(texts.documentBytes(), documents, passageSpec.maxLength())
        .plus(work(texts.queryBytes(), texts.queries(), querySpec.maxLength()));
  }

  private EncodingWork work(long bytes, double texts, int longest) {
    BertShape shape = folder.shape();
    double row = texts == 0 ? 0 : bytes / EncodingWork.BYTES_PER_TOKEN / texts + 2;
    double cut = Math.min(row, longest);
    return EncodingWork.of(shape, cut * texts, cut);
  }
}
