/**
 * Files on local disk, HDFS and S3 behind one small interface, {@link
 * io.retromae.core.storage.Storage}. Promises nothing an object store cannot keep: no rename is
 * relied on, a small file appears whole or not at all. Knows nothing about what files hold.
 */
package io.retromae.core.storage;
