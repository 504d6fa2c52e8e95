/**
 * The journey on HDFS: a name node and three data nodes in the test's JVM, the commands in
 * processes of their own. Start reading at {@link io.retromae.cluster.hdfs.HdfsTest}.
 */
package io.retromae.cluster.hdfs;
