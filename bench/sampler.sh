#!/usr/bin/env bash
# Times masks and labels of one row of 512 tokens with JMH: microseconds of one core.
#   bench/sampler.sh [JMH OPTIONS]     # such as -p pool=128 -prof gc
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
jmh=target/jmh
for artifact in org.openjdk.jmh:jmh-core:1.37 org.openjdk.jmh:jmh-generator-annprocess:1.37 \
  net.sf.jopt-simple:jopt-simple:5.0.4 org.apache.commons:commons-math3:3.6.1; do
  name=${artifact#*:}
  [ -f "$jmh/${name/:/-}.jar" ] ||
    ./mvnw -q ${MAVEN_OPTIONS:-} -N dependency:copy -Dartifact="$artifact" -DoutputDirectory="$root/$jmh"
done
./mvnw -q ${MAVEN_OPTIONS:-} -pl core,spark,training,embed,pretrain compile
classpath=core/target/classes:training/target/classes:pretrain/target/classes
mkdir -p "$jmh/classes"
javac -d "$jmh/classes" -cp "$classpath:$jmh/*" --processor-path "$jmh/jmh-core-1.37.jar:$jmh/jmh-generator-annprocess-1.37.jar" \
  bench/SamplerBenchmark.java
java -cp "$jmh/classes:$classpath:$jmh/*" org.openjdk.jmh.Main SamplerBenchmark -jvmArgs '-Xmx1g -XX:+UseSerialGC' "$@"
