package io.retromae.training.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What workers tell the driver: JSON objects, each with the name of an event. */
public final class Progress {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Progress() {}

  /** A message with nothing but the event's name. */
  public static ObjectNode message(String event) {
    return JSON.createObjectNode().put("event", event);
  }

  /** A message as a line of JSON. */
  public static String toText(ObjectNode message) {
    try {
      return JSON.writeValueAsString(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write as JSON: " + message, e);
    }
  }
}
