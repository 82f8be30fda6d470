"""What the tests of the built-in model look at from outside."""

import time
from pathlib import Path

import msgspec

from providers.local.process import find_model
from providers.local.server import Place, Running
from providers.registry import ProviderOptions


def place(options: ProviderOptions) -> Place:
    """Return where the server of the packaged model is written down."""
    return Place(folder=options.state_dir, model_file=str(find_model(options.local_model).resolve()))


def running(options: ProviderOptions) -> Running:
    """Read which server is written down."""
    return msgspec.json.decode(place(options).state.read_bytes(), type=Running)


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_gone(pid: int) -> None:
    """Wait until a process has ended; half a minute at most."""
    give_up = time.monotonic() + 30
    while is_alive(pid):
        assert time.monotonic() < give_up, "the model's process outlived its users"
        time.sleep(0.1)
