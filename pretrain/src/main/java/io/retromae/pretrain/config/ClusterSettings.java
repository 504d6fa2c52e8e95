package io.retromae.pretrain.config;

import io.retromae.core.config.Setting;
import java.util.Optional;

/**
 * Who computes.
 *
 * @param workers barrier tasks, one model replica each
 * @param threadsPerWorker intra-op threads of libtorch; empty for the cores of a task
 * @param maxFailuresWithoutProgress attempts in a row that may fail without a new checkpoint
 * @param timeoutSeconds silence after which a worker counts as lost
 */
public record ClusterSettings(
    @Setting(
            doc = "Workers: one Spark barrier task and one model replica each.",
            standard = "2",
            min = 1)
        int workers,
    @Setting(
            doc =
                "Threads libtorch computes with in each worker; null is spark.task.cpus, more than which"
                    + " is refused on a cluster. Equal bits are promised for an equal number.",
            standard = "null",
            min = 1)
        Optional<Integer> threadsPerWorker,
    @Setting(
            doc =
                "Failed attempts in a row, without a new checkpoint in between, after which the job"
                    + " gives up.",
            standard = "3",
            min = 1)
        int maxFailuresWithoutProgress,
    @Setting(
            doc = "Seconds without any progress after which a worker counts as lost.",
            standard = "120",
            min = 1)
        int timeoutSeconds) {}
