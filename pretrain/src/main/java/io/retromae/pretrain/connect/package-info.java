/**
 * Connections between processes of a job: each listens, proves to the other that it belongs to this
 * attempt of the job, and encrypts what follows if asked to. Knows no sums: what the bytes mean is
 * for who uses a connection. Start reading at {@link io.retromae.pretrain.connect.Handshake}; bytes
 * on the wire: docs/wire-format.md.
 */
package io.retromae.pretrain.connect;
