#!/usr/bin/env bash
# Checks an exported model with transformers and sentence-transformers.
#   examples/check-export.sh out/quickstart/run/export [--flag-embedding]
# --flag-embedding: with FlagEmbedding (1.4) too, which must be in the environment.
# Sets up its own Python environment beside this script (several GB, once);
# RETROMAE_PYTHON=/path/to/python uses another that has the packages.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${RETROMAE_PYTHON:-$here/.venv/bin/python}
if [ ! -x "$python" ]; then
  python3 -m venv "$here/.venv"
  "$here/.venv/bin/pip" install -q -r "$here/check-export-requirements.txt"
fi
export HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1
exec "$python" "$here/check_export.py" "$@"
