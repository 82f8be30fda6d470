"""What a process has used, as /proc tells it: CPU of all its threads, and memory."""

import os
from pathlib import Path

_KIB = 1024
_RESET_PEAK = "5"


def worker_of(pid: int) -> int:
    """Return the only child of granian's main process."""
    [child] = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


def cpu_seconds(pid: int) -> float:
    """Return the CPU that a process has used: fields 14 and 15 of proc(5)'s stat, in steps of 10 ms."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    """Return the resident memory of a process in bytes, and let its peak count from now on."""
    Path(f"/proc/{pid}/clear_refs").write_text(_RESET_PEAK)
    return _status(pid, "VmRSS:")


def peak_memory(pid: int) -> int:
    """Return the most resident memory of a process, in bytes, since `memory()`."""
    return _status(pid, "VmHWM:")


def _status(pid: int, field: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) * _KIB
