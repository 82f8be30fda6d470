"""The whole service as a process of its own: how it starts, and how the built-in model answers through it."""

import csv
import tempfile
import time
from pathlib import Path

from bench.measuring import percentile, table
from tests.assistant.serving import ROOT, serving

MESSAGES = ROOT.parent / "shared" / "data" / "customer_messages.csv"
_ROUNDS = 5
_MESSAGES = 200
_KIB = 1024


def startup() -> str:
    """Start-up without the built-in model: seconds until it answers, and memory (PSS) of all its processes."""
    rows = []
    with tempfile.TemporaryDirectory() as used:
        _start(Path(used))
        for name, folders in (("empty folder", [None] * _ROUNDS), ("used folder", [Path(used)] * _ROUNDS)):
            runs = [_start(folder) for folder in folders]
            seconds = [run[0] for run in runs]
            rows.append(
                [name, f"{min(seconds):.2f}", f"{percentile(seconds, 50):.2f}", f"{max(run[1] for run in runs):.0f}"]
            )
    return table(["state", "seconds, best", "seconds, median", "MiB"], rows)


def _start(folder: Path | None) -> tuple[float, float]:
    """Return the seconds from the command until the first answer, and the MiB then held."""
    if folder is None:
        with tempfile.TemporaryDirectory() as empty:
            return _start(Path(empty))
    started = time.perf_counter()
    with serving(folder, PROVIDER="custom", BASE_URL="http://127.0.0.1:9") as served:
        return time.perf_counter() - started, _memory(served.process.pid)


def _memory(pid: int) -> float:
    """Return the proportional set size of a process and its children, in MiB."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    size = 0
    for each in (str(pid), *children):
        lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        size += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return size / _KIB


def local_model() -> str:
    """The first 200 real customer messages through `reply_friendly` on the built-in model, one at a time."""
    if not MESSAGES.exists():
        return "The messages (../shared) are not here."
    with MESSAGES.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)][:_MESSAGES]
    seconds, tokens, failed = [], 0, 0
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as served:
        for text in texts:
            body = {"prompt_key": "reply_friendly", "content": text, "detail": True}
            started = time.perf_counter()
            answer = served.client.post("/api/v1/ai/completion", json=body)
            seconds.append(time.perf_counter() - started)
            good = answer.status_code == 200 and answer.json()["data"]["text"]  # noqa: PLR2004 - the HTTP status
            failed += not good
            tokens += answer.json()["data"]["usage"]["output_tokens"] if good else 0
    head = ["messages", "failed", "seconds in all", "p50", "p99", "longest", "output tokens", "tokens/s"]
    row = [f"{len(texts)}", f"{failed}", f"{sum(seconds):.0f}", f"{percentile(seconds, 50):.2f}"]
    row += [f"{percentile(seconds, 99):.2f}", f"{max(seconds):.2f}", f"{tokens}", f"{tokens / sum(seconds):.0f}"]
    return table(head, [row])
