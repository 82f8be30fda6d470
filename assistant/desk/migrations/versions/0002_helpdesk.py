"""The whole helpdesk: teams, contacts, conversations, messages, files, sessions and search."""

import sqlalchemy as sa
from alembic import op

from assistant.desk.search_index import create_indexes, drop_indexes

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables and the search indexes."""
    op.create_table(
        "desk_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_name", sa.String(length=140), nullable=False),
        sa.Column("last_name", sa.String(length=140), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone_number", sa.String(length=40), nullable=True),
        sa.Column("phone_number_country_code", sa.String(length=40), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("avatar_url", sa.String(length=2000), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("external_user_id", sa.String(length=200), nullable=True),
        sa.Column("custom_attributes", sa.JSON(), nullable=False),
        sa.Column("search_text", sa.String(length=1100), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "desk_conversation_count",
        sa.Column("assigned_user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("assigned_team_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("conversations", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("assigned_user_id", "assigned_team_id"),
    )
    op.create_table(
        "desk_inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=140), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "desk_priority",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=140), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "desk_sign_in_failure",
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("email_hash"),
    )
    op.create_table(
        "desk_status",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=140), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "desk_tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=140), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "desk_team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=140), nullable=False),
        sa.Column("emoji", sa.String(length=40), nullable=True),
        sa.Column("conversation_assignment_type", sa.String(length=40), nullable=False),
        sa.Column("timezone", sa.String(length=80), nullable=False),
        sa.Column("business_hours_id", sa.Integer(), nullable=True),
        sa.Column("sla_policy_id", sa.Integer(), nullable=True),
        sa.Column("max_auto_assigned_conversations", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "desk_contact_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["desk_contact.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["desk_agent.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_desk_contact_note_contact_id", "desk_contact_note", ["contact_id"])
    op.create_table(
        "desk_conversation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("reference_number", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("inbox_id", sa.Integer(), nullable=False),
        sa.Column("status_id", sa.Integer(), nullable=False),
        sa.Column("priority_id", sa.Integer(), nullable=True),
        sa.Column("assigned_user_id", sa.Integer(), nullable=True),
        sa.Column("assigned_team_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=1000), nullable=False),
        sa.Column("custom_attributes", sa.JSON(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_reply_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_reply_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assignee_last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unread_message_count", sa.Integer(), nullable=False),
        sa.Column("last_message", sa.String(length=400), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_sender", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["assigned_team_id"], ["desk_team.id"]),
        sa.ForeignKeyConstraint(["assigned_user_id"], ["desk_agent.id"]),
        sa.ForeignKeyConstraint(["contact_id"], ["desk_contact.id"]),
        sa.ForeignKeyConstraint(["inbox_id"], ["desk_inbox.id"]),
        sa.ForeignKeyConstraint(["priority_id"], ["desk_priority.id"]),
        sa.ForeignKeyConstraint(["status_id"], ["desk_status.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference_number"),
        sa.UniqueConstraint("uuid"),
    )
    op.create_index("desk_conversation_assigned", "desk_conversation", ["assigned_user_id", "last_message_at", "id"])
    op.create_index("desk_conversation_contact", "desk_conversation", ["contact_id", "last_message_at"])
    op.create_index("desk_conversation_newest", "desk_conversation", ["last_message_at", "id"])
    op.create_index("desk_conversation_status", "desk_conversation", ["status_id", "last_message_at", "id"])
    by_team = ["assigned_team_id", "assigned_user_id", "last_message_at", "id"]
    op.create_index("desk_conversation_team", "desk_conversation", by_team)
    op.create_index("ix_desk_conversation_snoozed_until", "desk_conversation", ["snoozed_until"])
    op.create_table(
        "desk_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["desk_agent.id"]),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_desk_session_agent_id", "desk_session", ["agent_id"])
    op.create_table(
        "desk_team_agent",
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["desk_agent.id"]),
        sa.ForeignKeyConstraint(["team_id"], ["desk_team.id"]),
        sa.PrimaryKeyConstraint("agent_id", "team_id"),
    )
    op.create_index("ix_desk_team_agent_team_id", "desk_team_agent", ["team_id"])
    op.create_table(
        "desk_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=140), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["desk_agent.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_desk_view_user_id", "desk_view", ["user_id"])
    op.create_table(
        "desk_conversation_tag",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["desk_conversation.id"]),
        sa.ForeignKeyConstraint(["tag_id"], ["desk_tag.id"]),
        sa.PrimaryKeyConstraint("conversation_id", "tag_id"),
    )
    op.create_index("ix_desk_conversation_tag_tag_id", "desk_conversation_tag", ["tag_id"])
    op.create_table(
        "desk_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("text_content", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(length=10), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=False),
        sa.Column("sender_type", sa.String(length=10), nullable=False),
        sa.Column("meta", sa.JSON(), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("echo_id", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["desk_conversation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation_id", "sender_type", "sender_id", "echo_id"),
        sa.UniqueConstraint("uuid"),
    )
    op.create_index("desk_message_conversation", "desk_message", ["conversation_id", "created_at", "id"])
    op.create_table(
        "desk_media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=127), nullable=False),
        sa.Column("disposition", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("meta", sa.JSON(), nullable=False),
        sa.Column("linked_model", sa.String(length=20), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["desk_contact.id"]),
        sa.ForeignKeyConstraint(["message_id"], ["desk_message.id"]),
        sa.ForeignKeyConstraint(["uploaded_by"], ["desk_agent.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uuid"),
    )
    op.create_index("desk_media_message", "desk_media", ["message_id"])
    op.add_column("desk_agent", sa.Column("api_key_last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("desk_agent", sa.Column("password_hash", sa.String(length=200), nullable=True))
    op.add_column("desk_agent", sa.Column("last_active_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("desk_agent", sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("desk_agent", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    create_indexes(op.get_bind())


def downgrade() -> None:
    """Drop what was made."""
    drop_indexes(op.get_bind())
    for table in (
        "desk_media",
        "desk_message",
        "desk_conversation_tag",
        "desk_view",
        "desk_team_agent",
        "desk_session",
        "desk_conversation",
        "desk_contact_note",
        "desk_team",
        "desk_tag",
        "desk_status",
        "desk_sign_in_failure",
        "desk_priority",
        "desk_inbox",
        "desk_conversation_count",
        "desk_contact",
    ):
        op.drop_table(table)
    for column in (
        "api_key_last_used_at",
        "password_hash",
        "last_active_at",
        "last_login_at",
        "deleted_at",
    ):
        op.drop_column("desk_agent", column)
