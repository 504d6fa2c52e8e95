#!/usr/bin/env bash
# Fine-tunes our pre-training export with sentence-transformers' own trainer: 60 steps of 32 of the sample pairs, on the CPU.
#   examples/train-sentence-transformers.sh out/quickstart/run/export out/sentence-transformers
# Ends with 1 unless the loss falls. Sets up its own Python environment (python-env.sh).
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: $0 EXPORT OUTPUT" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
. "$here/python-env.sh"
"$python" "$here/train_sentence_transformers.py" "$1" "$here/pairs" "$2"
exec "$python" "$here/loss_falls.py" "$2"
