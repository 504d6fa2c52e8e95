"""Fine-tunes a model folder on pairs with sentence-transformers' own trainer and loss."""
import json
import pathlib
import sys

from datasets import Dataset
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.losses import MultipleNegativesRankingLoss


def main(model_folder, pairs, output):
    lines = [json.loads(line) for path in sorted(pathlib.Path(pairs).glob("*.jsonl")) for line in path.open(encoding="utf-8")]
    model = SentenceTransformer(model_folder, device="cpu")
    model.max_seq_length = 128
    trainer = SentenceTransformerTrainer(
        model=model,
        args=SentenceTransformerTrainingArguments(
            output_dir=output,
            max_steps=60,
            per_device_train_batch_size=32,
            dataloader_drop_last=True,
            learning_rate=1e-3,
            warmup_ratio=0.1,
            logging_steps=1,
            save_steps=60,
            use_cpu=True,
            report_to="none",
        ),
        train_dataset=Dataset.from_list([{"anchor": line["query"], "positive": line["pos"][0]} for line in lines]),
        loss=MultipleNegativesRankingLoss(model, scale=50),  # the scores' cosine / 0.02
    )
    trainer.train()
    model.save_pretrained(output)


if __name__ == "__main__":
    main(*sys.argv[1:])
