#!/usr/bin/env bash
# make load：在一次性的站点上装入演示县，让 STAFF（200）名工作人员办 MINUTES（3）分钟的事。
# SOCAID_DEMO_HOUSEHOLDS（3000）要够每人一户能申请的家庭。比较本身在 benchmarks/staff_load.py。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/servers.sh"
source "$ROOT/scripts/site.sh"

site=${SOCAID_BENCHMARK_SITE:-socaid-bench.localhost}
disposable_site "$site"
build_assets
say "装入约 $SOCAID_DEMO_HOUSEHOLDS 户"
quietly frappe_cmd --site "$site" socaid-demo --households "$SOCAID_DEMO_HOUSEHOLDS"
AS_DIR=$SITES as_user env SOCAID_SITE="$site" SITES_PATH="$SITES" PYTHONPATH="$BENCH_APP" \
	STAFF="${STAFF:-200}" MINUTES="${MINUTES:-3}" "$SOCAID_BENCH/env/bin/python" -m benchmarks.load
