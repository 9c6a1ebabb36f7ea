#!/bin/sh
# Secrets come as files (/run/secrets), so that they are neither in the image nor in the compose file.
set -eu
secret() {
    if [ -r "${SECRETS:-/run/secrets}/$1" ]; then
        export "$2=$(cat "${SECRETS:-/run/secrets}/$1")"
    fi
}
secret motcua_secret MOTCUA_SECRET
secret mail_url MOTCUA_MAIL
# PostgreSQL's client library reads this one: the password need not be escaped into MOTCUA_DATABASE.
secret database_password PGPASSWORD
# The web processes count their requests in files here; those of an earlier start would be counted again.
if [ -n "${PROMETHEUS_MULTIPROC_DIR:-}" ]; then
    mkdir -p "$PROMETHEUS_MULTIPROC_DIR"
    rm -f "$PROMETHEUS_MULTIPROC_DIR"/*.db
fi
exec "$@"
