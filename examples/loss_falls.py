"""Says how the loss went in a run of Hugging Face's Trainer; ends with 1 unless it fell."""
import json
import pathlib
import sys


def main(output):
    state = max(pathlib.Path(output).glob("checkpoint-*/trainer_state.json"), key=lambda p: p.stat().st_mtime)
    losses = [entry["loss"] for entry in json.loads(state.read_text("utf-8"))["log_history"] if "loss" in entry]
    first, last = sum(losses[:5]) / 5, sum(losses[-5:]) / 5
    print(f"{output}: {len(losses)} steps, loss {first:.3f} (mean of the first 5) to {last:.3f} (of the last 5)")
    return 0 if last < first else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
