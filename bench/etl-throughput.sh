#!/usr/bin/env bash
# Times the corpus job on one and on two cores: wall, MB/s of stored input, peak resident memory.
#   bench/etl-throughput.sh CONFIG.yaml            # its inputs; writes to a temporary folder
# Start-up of the JVM and Spark is included. Quote ratios between rows of one run, not single figures.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
config=$1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
printf '%-10s %8s %8s %10s\n' cores seconds MB/s peak_MB
for cores in 1 2; do
  /usr/bin/time -f '%e %M' -o "$out/time" \
    "$root/submit/retromae" etl -c "$config" --output "$out/corpus$cores" --master "local[$cores]" >"$out/log"
  megabytes=$(sed -n 's/^inputs .* files, \([0-9.]*\) MB.*/\1/p' "$out/log")
  read -r seconds kilobytes <"$out/time"
  printf '%-10s %8s %8s %10s\n' "local[$cores]" "$seconds" \
    "$(awk -v m="$megabytes" -v s="$seconds" 'BEGIN { printf "%.2f", m / s }')" "$((kilobytes / 1024))"
done
