package io.retromae.training.measure;

import java.io.Serializable;

/**
 * The content that a run's metrics are measured on, wherever it lies.
 *
 * @param heldOut fingerprint of what is held out; empty where the run's identity has it already
 * @param tasks fingerprint of the probe's tasks
 */
public record MeasuredOn(String heldOut, String tasks) implements Serializable {
  private static final long serialVersionUID = 1L;
}
