package io.retromae.training.attempt;

/** Somebody's wish that the run ends; may come at any time, from any thread. */
public final class StopRequest {
  private boolean made;
  private Runnable listener = () -> {};

  /** Makes the wish known to whoever listens now, and to all who will. */
  public synchronized void make() {
    made = true;
    listener.run();
  }

  synchronized boolean made() {
    return made;
  }

  /** Runs {@code action} when the wish is made, at once if it was; replaces the one before. */
  synchronized void whenMade(Runnable action) {
    listener = action;
    if (made) {
      action.run();
    }
  }
}
