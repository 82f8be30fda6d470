"""What commands import: those that serve nothing start quickly, since they load nothing of what serving takes."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.assistant.serving import environment

HEAVY = {"litestar", "openai", "anthropic", "genai_prices"}
NO_DATABASE = {*HEAVY, "sqlalchemy", "assistant.text.masking.patterns"}
_SCRIPT = """
import sys
from assistant.commands.cli import main
main(sys.argv[1:], standalone_mode=False)
print(*sys.modules, sep="\\n", file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("command", "spared"),
    [
        ("prompts list", NO_DATABASE),
        ("prompts lint", NO_DATABASE),
        ("prompts render reply_friendly --content Hello", NO_DATABASE),
        ("providers list", NO_DATABASE),
        ("database upgrade", HEAVY),
        ("keys rotate", HEAVY),
        ("prompts export out", HEAVY),
        ("prompts import . --dry-run", HEAVY),
        ("prompts diff reply_friendly", HEAVY),
        ("desk export desk.jsonl", HEAVY),
    ],
)
def test_command_loads_no_more_than_it_needs(tmp_path: Path, command: str, spared: set[str]) -> None:
    """An operator who types a command waits half a second, not two."""
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, *command.split()],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "assistant.commands.cli" in done.stderr
    assert not spared & set(done.stderr.split())
