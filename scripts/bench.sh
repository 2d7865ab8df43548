#!/usr/bin/env bash
# make bench：在一次性的站点上比较不同规模的用时；比较本身在 benchmarks/ 里。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/servers.sh"
source "$ROOT/scripts/site.sh"

site=${SOCAID_BENCHMARK_SITE:-socaid-bench.localhost}
[ -e "$ROOT/benchmarks/__main__.py" ] || die "没有 benchmarks/__main__.py"

disposable_site "$site"

AS_DIR=$SITES as_user env SOCAID_SITE="$site" SITES_PATH="$SITES" PYTHONPATH="$BENCH_APP" \
	"$SOCAID_BENCH/env/bin/python" -m benchmarks
