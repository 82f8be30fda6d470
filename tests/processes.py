"""What a service's processes take, as /proc tells it."""

from collections.abc import Iterator
from pathlib import Path

_KIB = 1024


def family(pid: int) -> Iterator[int]:
    """Yield a process and all that descend from it; one that ends meanwhile is left out."""
    yield pid
    try:
        children = [child for task in Path(f"/proc/{pid}/task").iterdir() for child in _children(task)]
    except OSError:
        return
    for child in children:
        yield from family(child)


def resident(pid: int) -> int:
    """Return the resident memory of a process and all that descend from it, in bytes; shared pages count once each."""
    return sum(_status(each, "VmRSS:") for each in family(pid)) * _KIB


def threads(pid: int) -> int:
    """Return how many threads these processes have."""
    return sum(_status(each, "Threads:") for each in family(pid))


def _children(task: Path) -> list[int]:
    return [int(child) for child in (task / "children").read_text().split()]


def _status(pid: int, field: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(field)), 0)
