#!/usr/bin/env bash
# make version：应用、Frappe 和它下面各部分的版本，一行一个。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

line() { printf '%-12s %s\n' "$1" "${2:-没有安装}"; }
first() { "$@" 2> /dev/null | head -n1 || true; }

line "$APP" "$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$ROOT/$APP/__init__.py") $(git -c safe.directory="$ROOT" -C "$ROOT" describe --always --dirty 2> /dev/null || true)"
if bench_exists; then
	line frappe "$(frappe_version) $(AS_DIR=$SOCAID_BENCH/apps/frappe as_user git rev-parse --short HEAD 2> /dev/null || true)"
	line python "$(first as_user "$SOCAID_BENCH/env/bin/python" --version | cut -d' ' -f2)"
else
	line frappe "没有 bench（$SOCAID_BENCH）"
fi
line node "$(first node --version)"
line mariadb "$(first mariadb --version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+-MariaDB' || true)"
line redis "$(first redis-server --version | grep -oE 'v=[0-9.]+' | cut -c3- || true)"
line nginx "$(nginx -v 2>&1 | grep -oE '[0-9.]+$' || true)"
line wkhtmltopdf "$(first wkhtmltopdf --version | cut -d' ' -f2)"
line restic "$(first restic version | cut -d' ' -f2)"
