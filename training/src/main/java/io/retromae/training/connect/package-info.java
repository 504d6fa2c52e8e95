/**
 * Connections between processes of a job. One listens ({@link
 * io.retromae.training.connect.Acceptor}), the other comes ({@link
 * io.retromae.training.connect.Connector}); each proves to the other that it belongs to this
 * attempt of the job, and what follows is encrypted if the job asks for it. Must not know what the
 * bytes mean: sums, reports to the driver and their frames belong to who uses a connection. Start
 * reading at {@link io.retromae.training.connect.Connector}, then {@code Handshake}; bytes on the
 * wire: docs/wire-format.md.
 */
package io.retromae.training.connect;
