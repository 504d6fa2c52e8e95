/**
 * Which device a process computes on: what Spark assigned, seen through what CUDA shows. Start
 * reading at {@link io.retromae.training.device.DeviceChoice}. Knows neither Spark nor models:
 * whoever has a task passes its addresses in.
 */
package io.retromae.training.device;
