#!/bin/sh
# Makes the role that the pages and the worker connect as, with the password in its file; `motcua init` gives it its
# rights. PostgreSQL's image runs this once, on an empty volume. For a database that is there already, and after a change
# of the password:
#
#   docker compose exec database /docker-entrypoint-initdb.d/roles.sh
set -eu
password=$(cat "${SECRETS:-/run/secrets}/database_password")
PASSWORD=$password psql -X -q -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
\getenv password PASSWORD
SELECT 'CREATE ROLE motcua_app LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'motcua_app') \gexec
ALTER ROLE motcua_app PASSWORD :'password';
SQL
