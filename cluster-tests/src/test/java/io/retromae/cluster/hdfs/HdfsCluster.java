package io.retromae.cluster.hdfs;

import io.retromae.cluster.Retromae;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.MiniDFSCluster.DataNodeProperties;
import org.apache.hadoop.hdfs.protocol.Block;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.SafeModeAction;
import org.apache.hadoop.hdfs.server.blockmanagement.BlockInfo;
import org.apache.hadoop.hdfs.server.datanode.DataNodeFaultInjector;
import org.apache.hadoop.hdfs.server.datanode.ReplicaInPipeline;
import org.apache.hadoop.hdfs.server.namenode.FSNamesystem;

/** A name node and three data nodes in this JVM, two copies of each block. */
final class HdfsCluster implements AutoCloseable {
  private static final int DATA_NODES = 3;

  private final MiniDFSCluster cluster;
  private final Path clientSettings;

  private HdfsCluster(MiniDFSCluster cluster, Path clientSettings) {
    this.cluster = cluster;
    this.clientSettings = clientSettings;
  }

  /** Starts it; all files go below {@code folder}. */
  static HdfsCluster start(Path folder) throws IOException {
    Configuration configuration = new Configuration();
    configuration.set("dfs.replication", "2");
    configuration.set("dfs.blocksize", "1m"); // so that files have several
    MiniDFSCluster cluster =
        new MiniDFSCluster.Builder(configuration, folder.resolve("hdfs").toFile())
            .numDataNodes(DATA_NODES)
            .build();
    cluster.waitActive();
    Path clientSettings = Files.createDirectories(folder.resolve("hadoop-conf"));
    Configuration client = new Configuration(false);
    client.set("fs.defaultFS", cluster.getURI().toString());
    client.set("dfs.replication", "2");
    client.set("dfs.blocksize", "1m");
    try (OutputStream out = Files.newOutputStream(clientSettings.resolve("core-site.xml"))) {
      client.writeXml(out);
    }
    return new HdfsCluster(cluster, clientSettings);
  }

  /** What reaches it from this JVM, as the superuser. */
  Configuration configuration() {
    return cluster.getConfiguration(0);
  }

  DistributedFileSystem fileSystem() throws IOException {
    return cluster.getFileSystem();
  }

  /** {@code hdfs://127.0.0.1:port}. */
  String uri() {
    return cluster.getURI().toString();
  }

  /** Commands that know of it as people's do: by HADOOP_CONF_DIR. */
  Retromae knownTo(Retromae retromae) {
    return retromae.withVariable("HADOOP_CONF_DIR", clientSettings.toString());
  }

  /** By the name node's own protocol, the same in all versions of Hadoop. */
  void setSafeMode(SafeModeAction action) throws IOException {
    cluster.getNameNodeRpc().setSafeMode(action, false);
  }

  /** The name node goes, and comes again on the same port. */
  void restartNameNode() throws IOException {
    cluster.restartNameNode(true);
  }

  /**
   * From now on, the next block that more than one packet of has come is in trouble: its second
   * data node ends in the middle of it.
   *
   * @return the data node, when it has ended
   */
  CompletableFuture<DataNodeProperties> endADataNodeInTheMiddleOfABlock() {
    CompletableFuture<DataNodeProperties> ended = new CompletableFuture<>();
    AtomicBoolean begun = new AtomicBoolean();
    DataNodeFaultInjector.set(
        new DataNodeFaultInjector() {
          @Override
          public void failPipeline(ReplicaInPipeline replica, String next) {
            if (next != null && replica.getNumBytes() > 0 && begun.compareAndSet(false, true)) {
              ended.complete(cluster.stopDataNode(next));
            }
          }
        });
    return ended;
  }

  /** Starts a data node again that has ended, on its port, with its blocks. */
  void startAgain(DataNodeProperties dataNode) throws IOException {
    cluster.restartDataNode(dataNode, true);
    cluster.waitActive();
  }

  /** From now on, whoever writes a block of a file whose path begins so waits at the gate. */
  Gate holdWriters(String prefix) {
    Gate gate = new Gate();
    DataNodeFaultInjector.set(
        new DataNodeFaultInjector() {
          @Override
          public void failPipeline(ReplicaInPipeline replica, String next) {
            String file = replica.getNumBytes() > 0 ? fileOf(replica.getBlockId()) : "";
            if (file.startsWith(prefix)) {
              gate.pass(file);
            }
          }
        });
    return gate;
  }

  private String fileOf(long block) {
    FSNamesystem names = cluster.getNamesystem();
    BlockInfo info = names.getBlockManager().getStoredBlock(new Block(block));
    return info == null
        ? ""
        : names.getFSDirectory().getInode(info.getBlockCollectionId()).getFullPathName();
  }

  /**
   * Limits what a folder may take, copies counted; {@link HdfsConstants#QUOTA_RESET} for no more.
   */
  void limitBytes(String folder, long bytes) throws IOException {
    DistributedFileSystem names = cluster.getFileSystem();
    names.mkdirs(new org.apache.hadoop.fs.Path(folder));
    names.setQuota(new org.apache.hadoop.fs.Path(folder), HdfsConstants.QUOTA_DONT_SET, bytes);
  }

  /** Nothing goes wrong any more. */
  void behave() {
    DataNodeFaultInjector.set(new DataNodeFaultInjector());
  }

  @Override
  public void close() {
    behave();
    try {
      cluster.getFileSystem().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      cluster.shutdown(true);
    }
  }
}
