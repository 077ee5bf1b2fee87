"""Typed fields and ranked sources; roles, stage, owner and archiving of a party; who wrote a value, and why."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.engine.types import Json, Moment

revision = "0013"
down_revision = "0012"

ID = sa.String(length=36)
PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIRTH = datetime(2026, 11, 27, tzinfo=UTC)
PERSON, ORGANISATION = "person", "organisation"
INCOME = ("< 20 000 €", "20 000 – 35 000 €", "35 000 – 60 000 €", "60 000 – 100 000 €", "> 100 000 €")
CHANNELS = ("email", "sms", "voice", "webchat")
# key, French, English, family, type, whose, more
FIELDS: tuple[tuple[str, str, str, str, str, str | None, dict[str, Any]], ...] = (
    ("first_name", "Prénom", "First name", "identity", "text", PERSON, {}),
    ("last_name", "Nom", "Last name", "identity", "text", PERSON, {}),
    ("birth_name", "Nom de naissance", "Birth name", "identity", "text", PERSON, {}),
    ("birth_date", "Date de naissance", "Date of birth", "identity", "date", PERSON, {}),
    ("customer_number", "Numéro de client", "Customer number", "identity", "text", None, {"in_head": True}),
    ("legal_name", "Raison sociale", "Legal name", "identity", "text", ORGANISATION, {}),
    ("trade_name", "Nom commercial", "Trade name", "identity", "text", ORGANISATION, {}),
    ("legal_form", "Forme juridique", "Legal form", "identity", "text", ORGANISATION, {}),
    ("siren", "SIREN", "SIREN", "identity", "text", ORGANISATION, {}),
    ("siret", "SIRET", "SIRET", "identity", "text", ORGANISATION, {}),
    ("vat_number", "Numéro de TVA", "VAT number", "identity", "text", ORGANISATION, {}),
    ("registration_number", "Numéro d’immatriculation", "Registration number", "identity", "text", None, {}),
    ("founded_on", "Date de création", "Founded on", "identity", "date", ORGANISATION, {}),
    ("occupation", "Profession", "Occupation", "socio_demographic", "text", PERSON, {}),
    (
        "income_band",
        "Tranche de revenus",
        "Income band",
        "socio_demographic",
        "choice",
        PERSON,
        {"choices": INCOME},
    ),
    ("household", "Foyer", "Household", "socio_demographic", "text", PERSON, {}),
    ("industry", "Secteur d’activité", "Industry", "socio_demographic", "text", ORGANISATION, {}),
    ("headcount", "Effectif", "Headcount", "socio_demographic", "number", ORGANISATION, {"least": 0}),
    ("turnover", "Chiffre d’affaires", "Turnover", "socio_demographic", "money", ORGANISATION, {"least": 0}),
    ("city", "Ville", "City", "socio_demographic", "text", None, {}),
    ("website", "Site web", "Website", "socio_demographic", "link", ORGANISATION, {}),
    ("interests", "Centres d’intérêt", "Interests", "socio_cultural", "text", None, {}),
    ("activities", "Activités", "Activities", "socio_cultural", "text", PERSON, {}),
    ("opinions", "Opinions", "Opinions", "socio_cultural", "text", None, {}),
    (
        "preferred_channel",
        "Canal préféré",
        "Preferred channel",
        "socio_cultural",
        "choice",
        None,
        {"choices": CHANNELS},
    ),
    ("preferred_hours", "Heures préférées", "Preferred hours", "socio_cultural", "text", None, {}),
    ("preferences", "Préférences", "Preferences", "socio_cultural", "text", None, {}),
    ("loyalty", "Fidélité", "Loyalty", "behavioural", "text", None, {"in_head": True}),
    ("segment", "Segment", "Segment", "behavioural", "text", None, {}),
    (
        "orders_12_months",
        "Commandes sur 12 mois",
        "Orders in 12 months",
        "behavioural",
        "number",
        None,
        {"least": 0},
    ),
)
SOURCES = (
    ("staff", "Saisi par l’équipe", "Entered by staff", 10),
    ("form", "Formulaire", "Form", 20),
    ("import", "Import", "Import", 30),
    ("api", "Autre application", "Another application", 40),
    ("voice", "Téléphone", "Phone", 50),
    ("email", "E-mail", "E-mail", 50),
    ("sms", "SMS", "Text message", 50),
    ("webchat", "Chat", "Web chat", 50),
)


def upgrade() -> None:
    _add_tables()
    for column in (
        sa.Column("stage", sa.String(length=16)),
        sa.Column("owner_id", ID),
        sa.Column("archived_at", Moment()),
    ):
        op.add_column("parties", column)
    op.create_index("ix_parties_owner_id", "parties", ["owner_id"])
    op.create_index("ix_audit_log_object", "audit_log", ["object", "id"])
    op.add_column("facts", sa.Column("by_id", ID))
    op.add_column("facts", sa.Column("note", sa.Text(), nullable=False, server_default=sa.text("''")))


def _add_tables() -> None:
    fields = op.create_table(
        "fields",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("english", sa.Text(), nullable=False),
        sa.Column("family", sa.String(length=32), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("party_kind", sa.String(length=16)),
        sa.Column("choices", Json(), nullable=False),
        sa.Column("least", sa.Float()),
        sa.Column("most", sa.Float()),
        sa.Column("longest", sa.Integer()),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("in_head", sa.Boolean(), nullable=False),
        sa.Column("readers", Json(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("built_in", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fields")),
        sa.UniqueConstraint("key", name=op.f("uq_fields_key")),
    )
    sources = op.create_table(
        "sources",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("english", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("built_in", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("key", name=op.f("uq_sources_key")),
    )
    op.create_table(
        "kept",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_kept")),
    )
    op.create_table(
        "party_roles",
        sa.Column("party_id", ID, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_party_roles_party_id")),
        sa.PrimaryKeyConstraint("party_id", "role", name=op.f("pk_party_roles")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_party_roles_role", "party_roles", ["role", "party_id"])
    op.create_table(
        "party_values",
        sa.Column("party_id", ID, nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("value", PLAIN, nullable=False),
        sa.Column("number", sa.Float()),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_party_values_party_id")),
        sa.PrimaryKeyConstraint("party_id", "field", "value", name=op.f("pk_party_values")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_party_values_field_value", "party_values", ["field", "value", "party_id"])
    op.create_index("ix_party_values_field_number", "party_values", ["field", "number", "party_id"])
    op.bulk_insert(fields, [_field(position, *told) for position, told in enumerate(FIELDS, 1)])
    op.bulk_insert(
        sources,
        [
            {
                "id": key,
                "key": key,
                "name": name,
                "english": english,
                "rank": rank,
                "built_in": True,
                "created_at": BIRTH,
                "version": 1,
            }
            for key, name, english, rank in SOURCES
        ],
    )


def _field(
    position: int,
    key: str,
    name: str,
    english: str,
    family: str,
    type_: str,
    whose: str | None,
    more: dict[str, Any],
) -> dict[str, Any]:
    return {
        "id": key,
        "key": key,
        "name": name,
        "english": english,
        "family": family,
        "type": type_,
        "party_kind": whose,
        "choices": list(more.get("choices", ())),
        "least": more.get("least"),
        "most": None,
        "longest": None,
        "pattern": "",
        "position": position * 10,
        "in_head": more.get("in_head", False),
        "readers": [],
        "hidden": False,
        "built_in": True,
        "created_at": BIRTH,
        "version": 1,
    }
