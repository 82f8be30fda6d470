"""What tests of a start share: how one that ends by itself is looked at."""

import re
import subprocess
from pathlib import Path

from tests.assistant.serving import run
from tests.servers.process import free_port

NOBODY = "http://127.0.0.1:9/v1"
OFFLINE = {"PROVIDER": "custom", "BASE_URL": NOBODY, "LOG_LEVEL": "error"}


def refusal(folder: Path, *arguments: str, **variables: str) -> str:
    """Return what a start says that ends by itself: one sentence on standard error, and no traceback."""
    return sentence(run(folder, *(arguments or ("serve", "--port", str(free_port()))), **{**OFFLINE, **variables}))


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one sentence that an ended command says, without the frame around it."""
    said = " ".join(done.stderr.replace("│", " ").replace("╭", " ").replace("╰", " ").replace("─", "").split())
    assert done.returncode == 1, said
    assert "Traceback" not in done.stdout + done.stderr
    assert len(re.findall(r"\bError\b", said)) == 1, said
    return said
