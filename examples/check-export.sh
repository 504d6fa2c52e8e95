#!/usr/bin/env bash
# Checks an exported model, pre-trained or fine-tuned, with transformers, sentence-transformers and FlagEmbedding.
#   examples/check-export.sh out/quickstart/run/export
# Sets up its own Python environment (python-env.sh).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/python-env.sh"
exec "$python" "$here/check_export.py" "$1"
