"""What customers write: some rows of our own, and after them the real ones of ../shared where that is there."""

import csv
import json
from pathlib import Path

OWN = Path(__file__).parent / "data"
SHARED = Path(__file__).parents[2] / "shared" / "data"


def messages() -> list[str]:
    """Return messages of customers, most of one line and in English."""
    found = []
    for folder in (OWN, SHARED):
        path = folder / "customer_messages.csv"
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                found += [row["text"] for row in csv.DictReader(file)]
    return found


def conversations() -> list[list[str]]:
    """Return conversations between customers and agents, turn by turn."""
    found: list[list[str]] = json.loads((OWN / "conversations.json").read_text(encoding="utf-8"))
    path = SHARED / "support_conversations.json"
    if path.exists():
        real = json.loads(path.read_text(encoding="utf-8"))
        found += [[text for _, text in each["original"]] for each in real]
    return found


def guidelines() -> object:
    """Return one company's guidelines as JSON; nothing without ../shared."""
    path = SHARED / "support_guidelines.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
