#!/usr/bin/env bash
# Fine-tunes our pre-training export with FlagEmbedding's own trainer: 60 steps of 32 of the sample pairs, on the CPU.
#   examples/train-flagembedding.sh out/quickstart/run/export out/flagembedding
# Ends with 1 unless the loss falls. Sets up its own Python environment (python-env.sh).
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: $0 EXPORT OUTPUT" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
. "$here/python-env.sh"
# The pairs have no negatives of their own: groups of 1, the other passages of the batch are the negatives.
"$python" -m FlagEmbedding.finetune.embedder.encoder_only.base \
  --model_name_or_path "$1" --output_dir "$2" --overwrite_output_dir --cache_path "$2/cache" \
  --train_data "$here/pairs" --train_group_size 1 --query_max_len 64 --passage_max_len 128 \
  --sentence_pooling_method cls --normalize_embeddings True --temperature 0.02 \
  --per_device_train_batch_size 32 --dataloader_drop_last True --max_steps 60 \
  --learning_rate 1e-3 --warmup_ratio 0.1 --logging_steps 1 --save_steps 60 --use_cpu --report_to none
exec "$python" "$here/loss_falls.py" "$2"
