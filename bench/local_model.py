"""How the built-in model answers real messages through the service."""

import csv
import tempfile
import time
from pathlib import Path

from bench.measuring import percentile, table
from tests.assistant.serving import ROOT, serving

MESSAGES = ROOT.parent / "shared" / "data" / "customer_messages.csv"
_MESSAGES = 200


def report() -> str:
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
