#!/usr/bin/env bash
# make audit-web：在一次性的站点上，以每种角色试每个可调用的函数；做法在 audit/ 里。不打开端口，有时限。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/servers.sh"
source "$ROOT/scripts/site.sh"

site=${SOCAID_AUDIT_SITE:-socaid-audit.localhost}

disposable_site "$site"

AS_DIR=$SITES as_user env SOCAID_SITE="$site" SITES_PATH="$SITES" PYTHONPATH="$BENCH_APP" \
	${SOCAID_AUDIT_ROLES:+SOCAID_AUDIT_ROLES="$SOCAID_AUDIT_ROLES"} \
	"$SOCAID_BENCH/env/bin/python" -W ignore -m audit 2> >(as_user tee "$STATE/audit.log" > /dev/null)
