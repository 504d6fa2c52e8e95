#!/usr/bin/env python3
"""Writes the numbers that MlmGoldenTest reads: Hugging Face's BertForMaskedLM on the recorded tiny model and batches.

    python3 -m venv v && v/bin/pip install -r bench/peers/requirements-torch.txt transformers==5.24.0 safetensors
    v/bin/python bench/peers/mlm_golden.py examples/golden/retromae pretrain/src/test/resources/io/retromae/pretrain/mlm

For each batch, in float64: the loss, the summed loss, labels and hits, of two of them the gradient of every parameter; and the loss of
each of ten AdamW steps over the batches in turn (rate 1e-3, no decay for biases and LayerNorm, gradients clipped to norm 1).
"""
import pathlib, sys
import safetensors.torch, torch, transformers

BATCHES = ["full", "mixed", "short", "special"]
GRADIENTS = ["mixed", "short"]
STEPS = 10


def model_of(folder):
    config = transformers.BertConfig.from_json_file(folder / "tiny/config.json")
    config._attn_implementation = "eager"
    model = transformers.BertForMaskedLM(config).double().train()
    weights = {k: v.double() for k, v in safetensors.torch.load_file(folder / "tiny/model.safetensors").items() if not k.startswith("c_head.")}
    missing, unexpected = model.load_state_dict(weights, strict=False)
    assert not unexpected and all("decoder" in name for name in missing), (missing, unexpected)
    model.tie_weights()
    return model


def loss_of(model, batch, reduction="mean"):
    scores = model(input_ids=batch["encoder_input_ids"].long(), attention_mask=batch["encoder_attention_mask"].long()).logits
    labels = batch["encoder_labels"].long()
    loss = torch.nn.functional.cross_entropy(scores.view(-1, scores.size(-1)), labels.view(-1), ignore_index=-100, reduction=reduction)
    return loss, scores, labels


def main(folder, target):
    torch.use_deterministic_algorithms(True)
    batches = {name: safetensors.torch.load_file(folder / f"batches/{name}.safetensors") for name in BATCHES}
    out = {}
    for name, batch in batches.items():
        model = model_of(folder)
        loss, scores, labels = loss_of(model, batch)
        scored = labels != -100
        out[f"{name}.loss"] = loss.detach()
        out[f"{name}.sum"] = loss_of(model, batch, "sum")[0].detach()
        out[f"{name}.labels"] = scored.sum().double()
        out[f"{name}.correct"] = (scores.argmax(-1)[scored] == labels[scored]).sum().double()
        if name in GRADIENTS:
            loss.backward()
            for parameter, value in model.named_parameters():
                out[f"{name}.grad.{parameter}"] = value.grad.contiguous()
    model = model_of(folder)
    decays = [p for n, p in model.named_parameters() if not n.endswith("bias") and not n.endswith("LayerNorm.weight")]
    rest = [p for n, p in model.named_parameters() if n.endswith("bias") or n.endswith("LayerNorm.weight")]
    optimizer = torch.optim.AdamW([{"params": decays, "weight_decay": 0.01}, {"params": rest, "weight_decay": 0.0}], lr=1e-3, betas=(0.9, 0.999), eps=1e-8)
    losses = []
    trained = [name for name in BATCHES if (batches[name]["encoder_labels"] != -100).any()]
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of(model, batches[trained[step % len(trained)]])[0]
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.detach())
    out["trajectory"] = torch.stack(losses)
    target.mkdir(parents=True, exist_ok=True)
    safetensors.torch.save_file({k: v.clone() for k, v in out.items()}, target / "golden.safetensors")
    print({k: v.tolist() for k, v in out.items() if v.numel() <= STEPS})


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
