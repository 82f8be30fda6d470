"""Where the suite's files lie."""

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - only the suite's own folders are made in it
_ENOUGH = 2 * 1024**3  # bytes: what a whole run has open at once is a tenth of this


def keep_files_in_memory() -> None:
    """Have temporary files of this process, and of those that it starts, made in memory, if the system has enough.

    Each service of the suite makes a database, and waits a dozen times until the disk has what it wrote: on a slow one
    that is half of its start. A developer's own TMPDIR stays.
    """
    if "TMPDIR" not in os.environ and _is_roomy(_MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


def _is_roomy(folder: Path) -> bool:
    """Tell whether files can be made and executed in a folder, and many of them."""
    if not os.access(folder, os.W_OK | os.X_OK):
        return False
    return shutil.disk_usage(folder).free >= _ENOUGH and not os.statvfs(folder).f_flag & os.ST_NOEXEC
