"""Run by Alembic: compares with the tables, or migrates, on the connection that it is given."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from models.tables import Base


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A migration names SQLAlchemy's types, not ours, which may change after it was written."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_item=render_item,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite changes a table by copying it
)
context.run_migrations()
