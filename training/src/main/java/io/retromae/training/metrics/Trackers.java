package io.retromae.training.metrics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Consumer;

/** Several trackers as one; lines reach all of them in the same order. */
public final class Trackers implements Tracker {
  private final List<Tracker> all;

  /** Tells them in this order. */
  public Trackers(List<Tracker> all) {
    this.all = List.copyOf(all);
  }

  @Override
  public void add(ObjectNode line) {
    tell(tracker -> tracker.add(line));
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
