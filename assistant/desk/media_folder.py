"""Where the contents of uploaded files lie."""

from pathlib import Path


class MediaFolder:
    """The folder of uploaded files: each lies under its uuid.

    Args:
        folder: where it is; it appears with the first file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path_of(self, uuid: str) -> Path:
        """Return where a file's content lies; the name is made of its uuid alone."""
        return self.folder / uuid[:2] / uuid
