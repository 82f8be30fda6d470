"""The assistant's own durable state: tables, their repositories, and the keys that seal secrets."""
