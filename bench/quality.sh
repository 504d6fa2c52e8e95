#!/usr/bin/env bash
# Which documents the quality rules keep, by source, with the reasons for the others; duplicates are left out of account.
#   bench/quality.sh [FILE|SETTING|-v|-k ...]     # default: the shipped corpora and the labelled texts of the tests
# Files: *.jsonl.zst (Pile), *.json (WuDao), *.jsonl with kind and text, *.txt (labelled as those of the tests).
# Settings: filters.KEY=VALUE, such as filters.gopher_quality.words=tokens. -v names dropped documents, -k kept ones.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
classpath=$(mktemp)
trap 'rm -f "$classpath"' EXIT
./mvnw -q ${MAVEN_OPTIONS:-} -pl core,spark,corpus-etl compile
./mvnw -q ${MAVEN_OPTIONS:-} -pl core dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile="$classpath"
labelled=corpus-etl/src/test/resources/io/retromae/etl/clean
files=0
for argument in "$@"; do
  case "$argument" in -* | filters.*) ;; *) files=$((files + 1)) ;; esac
done
[ "$files" -gt 0 ] || set -- "$@" examples/pile/*.zst examples/wudao/*.json "$labelled"/quality-*.txt
java -Xmx2g -XX:+UseSerialGC -cp "core/target/classes:spark/target/classes:corpus-etl/target/classes:$(cat "$classpath")" \
  bench/Quality.java "$@"
