"""The desk's tables, as its migrations make them."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import JSON, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from assistant.store.tables import UtcDateTime
from assistant.store.upgrading import Tables


def _now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Base of the desk's tables."""


class AgentRow(Base):
    """An agent; the secret of the API key is kept only as a hash."""

    __tablename__ = "desk_agent"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=_now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=_now, onupdate=_now)
    first_name: Mapped[str] = mapped_column(String(140))
    last_name: Mapped[str] = mapped_column(String(140), default="")
    email: Mapped[str] = mapped_column(String(254), unique=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    availability_status: Mapped[str] = mapped_column(String(30), default="offline")
    roles: Mapped[list[str]] = mapped_column(JSON, default=list)
    api_key: Mapped[str | None] = mapped_column(String(200), unique=True, default=None)
    api_secret_hash: Mapped[str | None] = mapped_column(String(64), default=None)


TABLES = Tables(
    metadata=Base.metadata, scripts=Path(__file__).parent / "migrations", version_table="desk_alembic_version"
)
"""The desk's tables, and how an older database gets them."""
