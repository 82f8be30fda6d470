"""Bringing tables up to date: a new database gets the newest ones at once, an older one goes through its migrations."""

from pathlib import Path

from msgspec import Struct
from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, select

_REVISION_DIGITS = 4


class Tables(Struct, frozen=True, kw_only=True):
    """The tables of one package.

    Attributes:
        metadata: the tables as they are now.
        scripts: the folder of their migrations, whose file names begin with four digits, the revision.
        version_table: where a database remembers its revision.
    """

    metadata: MetaData
    scripts: Path
    version_table: str

    @property
    def newest(self) -> str:
        """The revision of the tables as they are now."""
        return max(path.name for path in self.scripts.glob("versions/[0-9]*.py"))[:_REVISION_DIGITS]

    @property
    def versions(self) -> Table:
        """The version table, as Alembic has it."""
        return Table(self.version_table, MetaData(), Column("version_num", String(32), primary_key=True))


def bring_up_to_date(connection: Connection, tables: Tables) -> None:
    """Make or migrate the tables, inside the caller's transaction."""
    if not inspect(connection).has_table(tables.version_table):
        _create(connection, tables)
    elif connection.scalar(select(tables.versions.c.version_num)) != tables.newest:
        migrate(connection, tables)


def migrate(connection: Connection, tables: Tables) -> None:
    """Run the migrations that a database lacks, from the first on when it has none."""
    from alembic import command  # noqa: PLC0415 - a quarter of a second that only an older database needs
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(tables.scripts))
    config.attributes["connection"] = connection
    config.attributes["version_table"] = tables.version_table
    command.upgrade(config, "head")


def _create(connection: Connection, tables: Tables) -> None:
    """Make the tables as they are now; a test holds them equal to what the migrations lead to."""
    tables.metadata.create_all(connection)
    tables.versions.create(connection)
    connection.execute(insert(tables.versions).values(version_num=tables.newest))
