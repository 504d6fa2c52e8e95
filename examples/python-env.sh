# Sourced by the scripts beside it: sets $python. It is that of RETROMAE_PYTHON, else of an environment beside this file,
# made once (several GB) and again when requirements.txt changes.
python=${RETROMAE_PYTHON:-}
if [ -z "$python" ]; then
  python=$here/.venv/bin/python
  if ! cmp -s "$here/requirements.txt" "$here/.venv/requirements.txt"; then
    python3 -m venv "$here/.venv"
    "$here/.venv/bin/pip" install -q -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$here/.venv/requirements.txt"
  fi
fi
export HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 HF_DATASETS_OFFLINE=1 CUDA_VISIBLE_DEVICES=
