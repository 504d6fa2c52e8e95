package io.retromae.training.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.retromae.core.config.Secrets;
import java.util.List;
import java.util.function.Consumer;

/** Several trackers as one; lines reach all of them in the same order. */
public final class Trackers implements Tracker {
  private final List<Tracker> all;

  /** Tells them in this order. */
  public Trackers(List<Tracker> all) {
    this.all = List.copyOf(all);
  }

  /** Tells a line; what failed may quote addresses and commands, so events lose their secrets. */
  @Override
  public void add(ObjectNode line) {
    ObjectNode shown = MetricsLog.isRow(line) ? line : (ObjectNode) withoutSecrets(line);
    tell(tracker -> tracker.add(shown));
  }

  private static JsonNode withoutSecrets(JsonNode node) {
    if (node.isTextual()) {
      return TextNode.valueOf(Secrets.shown(node.asText()));
    }
    if (node.isArray()) {
      ArrayNode shown = JsonNodeFactory.instance.arrayNode(node.size());
      node.forEach(element -> shown.add(withoutSecrets(element)));
      return shown;
    }
    if (node.isObject()) {
      ObjectNode shown = JsonNodeFactory.instance.objectNode();
      node.properties()
          .forEach(field -> shown.set(field.getKey(), withoutSecrets(field.getValue())));
      return shown;
    }
    return node;
  }

  @Override
  public void rewindTo(long step) {
    tell(tracker -> tracker.rewindTo(step));
  }

  @Override
  public void publish() {
    tell(Tracker::publish);
  }

  @Override
  public void end(End end) {
    tell(tracker -> tracker.end(end));
  }

  private synchronized void tell(Consumer<Tracker> what) {
    all.forEach(what);
  }
}
