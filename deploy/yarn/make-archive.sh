#!/usr/bin/env bash
# Packs the jars of a Spark distribution for spark.yarn.archive: once for a cluster, so that no submission uploads them.
# Usage: SPARK_HOME=DIR make-archive.sh ARCHIVE.zip    then    hdfs dfs -put ARCHIVE.zip /apps/spark/
set -euo pipefail
if [ $# -ne 1 ]; then
  echo "usage: SPARK_HOME=DIR $0 ARCHIVE.zip" >&2
  exit 2
fi
jars=${SPARK_HOME:?names the Spark distribution to pack}/jars
if ! ls "$jars"/spark-yarn_*.jar >/dev/null 2>&1; then
  echo "$jars: no spark-yarn jar; is SPARK_HOME a distribution of Spark with YARN?" >&2
  exit 2
fi
archive=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
if [ -e "$archive" ]; then
  echo "$archive: is there already; give another name, as running applications may be reading it" >&2
  exit 2
fi
# Spark looks for jars at the top of the archive. Stored, not deflated: they are compressed already.
# jar(1) follows links, comes with the JDK and writes what YARN unpacks; the manifest would be one more file there.
(cd "$jars" && "${JAVA_HOME:+$JAVA_HOME/bin/}jar" --create --no-compress --no-manifest --file "$archive.part" *.jar)
mv "$archive.part" "$archive"
echo "$archive: $(find -L "$jars" -name '*.jar' | wc -l) jars, $(wc -c <"$archive") bytes"
