"""A moment as rows and answers have it."""

from datetime import datetime
from typing import Annotated, TypeAlias

from msgspec import Meta

Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
"""With its offset from UTC; only then it is documented as a date-time."""
