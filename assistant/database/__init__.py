"""The database: connections, tables, migrations, the audit log, and the keys that seal secrets."""
