#!/usr/bin/env bash
# Times our WordPiece against Hugging Face's library through DJL's bindings, on one core.
#   bench/tokenizers.sh [FOLDER]     # holds pile/*.jsonl.zst and wudao/*.json; default: examples
# Quote ratios between rows of one run, not single figures.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
classpath=$(mktemp)
trap 'rm -f "$classpath"' EXIT
./mvnw -q ${MAVEN_OPTIONS:-} -pl core,spark,corpus-etl compile
./mvnw -q ${MAVEN_OPTIONS:-} -pl core dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile="$classpath"
RAYON_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false java -Xmx2g -XX:+UseSerialGC \
  -cp "core/target/classes:spark/target/classes:corpus-etl/target/classes:$(cat "$classpath")" \
  bench/TokenizerSpeed.java "$root/examples" "${1:-$root/examples}"
