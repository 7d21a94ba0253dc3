"""What the web's account may do on PostgreSQL: it owns no table, and what happened it can only add to."""

from django.apps import apps
from django.db import connection

from gridward.audit.models import Read, ReadPerson, Seal, SealLeaf, StepBody
from gridward.audit.queries import step_models
from gridward.core.errors import RuleBroken

ALL = "SELECT, INSERT, UPDATE, DELETE"
ADD_ONLY = "SELECT, INSERT"
ADD_AND_PURGE = "SELECT, INSERT, DELETE"
LOOK_ONLY = "SELECT"


def rights_by_table() -> dict[str, str]:
    """Rights for every table of the schema; steps, reads and seals are never changed, bodies only purged."""
    named = {model._meta.db_table: ADD_ONLY for model in (*step_models(), Read, ReadPerson, Seal, SealLeaf)}
    named |= {StepBody._meta.db_table: ADD_AND_PURGE, "django_migrations": LOOK_ONLY, "spatial_ref_sys": LOOK_ONLY}
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    present = set(connection.introspection.table_names())
    return {table: named.get(table, ALL if table in ours else LOOK_ONLY) for table in sorted(present)}


def statements(role: str) -> list[str]:
    """The SQL that gives ``role`` these rights and no others; the tables' owner runs it after each migration."""
    quote = connection.ops.quote_name
    name = quote(role)
    return [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
        f"REVOKE CREATE ON SCHEMA public FROM {name}, PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {name}",
        *(f"GRANT {rights} ON {quote(table)} TO {name}" for table, rights in rights_by_table().items()),
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}",
    ]


def check_role(role: str) -> None:
    """Raises RuleBroken for a role that is absent, may do everything, or owns tables."""
    if connection.vendor != "postgresql":
        raise RuleBroken("audit.rights_need_postgresql")
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
        row = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = %s", [role])
        owned = cursor.fetchone()[0]
    if row is None:
        raise RuleBroken("audit.role_unknown", role=role)
    if row[0] or owned:
        raise RuleBroken("audit.role_owns_tables", role=role)


def apply_rights(role: str) -> int:
    """Give the rights; answer how many tables were seen to."""
    check_role(role)
    with connection.cursor() as cursor:
        for statement in statements(role):
            cursor.execute(statement)
    return len(rights_by_table())
