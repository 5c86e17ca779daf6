"""The database itself refuses to change or delete an audit entry."""

from typing import Any

from django.db import migrations

TABLE = "users_auditentry"
SQLITE = [
    f"CREATE TRIGGER {TABLE}_no_{what} BEFORE {what} ON {TABLE} BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
    for what in ("update", "delete")
]
POSTGRES = [
    "CREATE FUNCTION keepscore_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$",
    f"CREATE TRIGGER {TABLE}_only_grows BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION keepscore_audit_only_grows()",
]
UNDO = {
    "sqlite": [f"DROP TRIGGER {TABLE}_no_{what}" for what in ("update", "delete")],
    "postgresql": [f"DROP TRIGGER {TABLE}_only_grows ON {TABLE}", "DROP FUNCTION keepscore_audit_only_grows()"],
}


def forwards(apps: Any, schema_editor: Any) -> None:
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRES}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def backwards(apps: Any, schema_editor: Any) -> None:
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("users", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
