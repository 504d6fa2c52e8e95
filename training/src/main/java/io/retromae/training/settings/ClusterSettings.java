package io.retromae.training.settings;

import io.retromae.core.config.Setting;
import java.util.Optional;

/**
 * Who computes, and what happens when somebody no longer does.
 *
 * @param workers barrier tasks, one model replica each
 * @param minWorkers fewest workers to go on with
 * @param threadsPerWorker intra-op threads of libtorch; empty for the cores of a task
 * @param maxFailuresWithoutProgress attempts in a row that may fail without a new checkpoint
 * @param slotsTimeoutSeconds how long to wait for free task slots
 * @param timeoutSeconds silence after which a worker counts as lost
 * @param stallSeconds time after which a worker that lives but does not go on counts as stuck
 * @param collective how workers exchange gradients
 * @param encryption whether their connections are encrypted
 * @param streams data connections between two workers
 * @param ports where workers and driver may listen, as first-last; empty for any free port
 * @param replicaCheckSteps steps between comparisons of the replicas
 * @param zeroStage what is sharded among workers
 */
public record ClusterSettings(
    @Setting(
            doc = "Workers: one Spark barrier task and one model replica each.",
            standard = "2",
            min = 1)
        int workers,
    @Setting(
            doc =
                "Fewest workers to go on with when executors are lost; the job grows back when they"
                    + " return. Only numbers that divide data.logical_shards are used; null is workers.",
            standard = "null",
            min = 1)
        Optional<Integer> minWorkers,
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
            doc =
                "Seconds to wait until the cluster has free slots for all workers (after that, for"
                    + " min_workers), at the start and after a failure.",
            standard = "60",
            min = 1)
        int slotsTimeoutSeconds,
    @Setting(
            doc = "Seconds without a sign of life after which a worker counts as lost.",
            standard = "120",
            min = 1)
        int timeoutSeconds,
    @Setting(
            doc =
                "Seconds after which a worker that shows signs of life but does not go on counts as"
                    + " stuck.",
            standard = "1800",
            min = 1)
        int stallSeconds,
    @Setting(
            doc = "How workers exchange gradients: auto takes nccl on GPUs and tcp on CPUs.",
            standard = "auto")
        Backend collective,
    @Setting(
            doc =
                "Encryption between workers, and to the driver: auto takes aes_gcm if"
                    + " spark.network.crypto.enabled, spark.authenticate.enableSaslEncryption,"
                    + " spark.ssl.rpc.enabled or spark.ssl.enabled is true, where none is refused.",
            standard = "auto")
        Encryption encryption,
    @Setting(
            doc =
                "Data connections between two workers (tcp): 1 fills 10 Gb/s, 4 to 8 are for faster"
                    + " networks.",
            standard = "1",
            min = 1,
            max = 16)
        int streams,
    @Setting(
            doc =
                "Ports that workers (while they join) and the driver listen on, such as"
                    + " 40000-40063: one for each worker of a host, one for the driver and a few"
                    + " to spare. null is any free port.",
            standard = "null")
        Optional<String> ports,
    @Setting(
            doc =
                "Steps between comparisons of all replicas' checksums; different ones end the"
                    + " attempt.",
            standard = "100",
            min = 1)
        int replicaCheckSteps,
    @Setting(
            doc =
                "ZeRO stage (arXiv:1910.02054): 1 shards the optimizer's state among workers, 0"
                    + " keeps all of it on each. Same results, less memory.",
            standard = "0",
            min = 0,
            max = 1)
        int zeroStage) {

  /** The implementation of all-reduce. */
  public enum Backend {
    /** NCCL where all workers compute on GPUs, else TCP. */
    AUTO,

    /** Our own, on the hosts' memory. */
    TCP,

    /** NVIDIA's, on the GPUs' memory. */
    NCCL
  }

  /** Of the connections between workers. */
  public enum Encryption {
    /** AES_GCM if Spark encrypts its own connections. */
    AUTO,

    /** AES-GCM, 256-bit keys. */
    AES_GCM,

    /** Peers prove who they are, data travels in clear. */
    NONE
  }
}
