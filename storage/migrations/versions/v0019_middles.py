"""What searches find by the middle of a word, an address or a number, without reading them one by one."""

from alembic import op

revision = "0019"
down_revision = "0018"

# (table, column, which rows)
SEARCHED = (
    ("party_words", "word", ""),
    ("party_numbers", "word", ""),
    ("conversation_numbers", "word", ""),
    ("contact_points", "value", "new.kind <> 'webchat'"),
)
OWNERS = {"party_words": "party_id", "party_numbers": "party_id", "conversation_numbers": "conversation_id"}
EXTENSION = """
DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'searches by the middle of a word stay slow: pg_trgm cannot be created (%)', SQLERRM;
END $$
"""
INDEX = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
        CREATE INDEX middle_{table} ON {table} USING gin ({column} gin_trgm_ops);
    END IF;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(EXTENSION)
        for table, column, _ in SEARCHED:
            op.execute(INDEX.format(table=table, column=column))
        return
    op.execute("CREATE VIRTUAL TABLE middles USING fts5 (word, tokenize = 'trigram')")
    for table, column, condition in SEARCHED:
        op.execute(_kept(table, column, condition))
    told = " UNION ".join(
        f"SELECT {column} FROM {table}" + (" WHERE kind <> 'webchat'" if condition else "")  # noqa: S608
        for table, column, condition in SEARCHED
    )
    op.execute(f"INSERT INTO middles (word) {told}")


def _kept(table: str, column: str, condition: str) -> str:
    """Once a text, whoever has it; what nobody has any more finds nobody."""
    if owner := OWNERS.get(table):
        condition = (
            f"NOT EXISTS (SELECT 1 FROM {table} WHERE {column} = new.{column}"  # noqa: S608
            f" AND {owner} <> new.{owner})"
        )
    return (
        f"CREATE TRIGGER middle_{table} AFTER INSERT ON {table} WHEN {condition}"  # noqa: S608
        f" BEGIN INSERT INTO middles (word) VALUES (new.{column}); END"
    )
