package io.retromae.embed.report;

import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.config.Secrets;
import java.util.List;

/** Settings as they may be shown: without secrets. */
final class SettingRows {
  private SettingRows() {}

  static List<ResolvedSetting> of(EvaluationReport report) {
    return report.settings().stream()
        .map(
            one ->
                new ResolvedSetting(
                    one.path(), Secrets.shown(one.path(), one.value()), one.origin()))
        .toList();
  }
}
