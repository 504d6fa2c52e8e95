package io.retromae.pretrain.job;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.pretrain.config.ObjectiveSettings;
import io.retromae.pretrain.config.ObjectiveSettings.Method;
import io.retromae.pretrain.mlm.Mlm;
import io.retromae.pretrain.objective.PretrainObjective;
import io.retromae.pretrain.retromae.RetroMae;
import io.retromae.pretrain.retromae.RetroMaeCard;
import io.retromae.training.huggingface.ObjectiveCard;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/** The objectives that can be trained, by the name that {@code objective.method} has for them. */
public final class Objectives {
  private Objectives() {}

  /** The one that the settings describe. */
  public static PretrainObjective<?> of(ObjectiveSettings settings) {
    return switch (settings.method()) {
      case RETROMAE, DUPMAE -> new RetroMae(settings);
      case MLM -> new Mlm(settings);
    };
  }

  /**
   * What a model card says of an objective, whatever its settings were.
   *
   * @param method as a checkpoint names it
   * @throws CorruptDataException if there is no such objective
   */
  public static ObjectiveCard card(String method) {
    return switch (named(method)) {
      case RETROMAE, DUPMAE -> RetroMaeCard.of(method);
      case MLM -> Mlm.card();
    };
  }

  private static Method named(String method) {
    return Stream.of(Method.values())
        .filter(known -> known.name().equalsIgnoreCase(method))
        .findFirst()
        .orElseThrow(
            () ->
                new CorruptDataException(
                    "run.json of the checkpoint: method = %s: this build knows %s"
                        .formatted(
                            method, Arrays.toString(Method.values()).toLowerCase(Locale.ROOT))));
  }
}
