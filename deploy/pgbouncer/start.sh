#!/bin/sh
# Writes the configuration to the temporary file system, since it has the password, and starts PgBouncer.
set -eu
: "${SERVER_PASSWORD:?}" "${POOL_MODE:?}"
umask 077

printf '"landfall_app" "%s"\n' "$SERVER_PASSWORD" > /tmp/users.txt
cat > /tmp/pgbouncer.ini << END
[databases]
landfall = host=postgres port=5432 dbname=landfall

[pgbouncer]
listen_addr = *
listen_port = 6432
unix_socket_dir =
auth_type = scram-sha-256
auth_file = /tmp/users.txt
pool_mode = $POOL_MODE
max_client_conn = 1000
default_pool_size = 20
# From 1.21 on PgBouncer keeps track of named statements. Older versions do not know the setting, and the server uses unnamed ones behind them.
$(pgbouncer --version | awk 'NR == 1 { split($2, v, "."); if (v[1] > 1 || v[2] >= 21) print "max_prepared_statements = 200" }')
END
exec pgbouncer /tmp/pgbouncer.ini
