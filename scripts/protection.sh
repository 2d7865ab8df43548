#!/usr/bin/env bash
# make audit：对照等保三级检查正在运行的各个站点，列出不符合的和怎么办。只看不改；有不符合的退出码为 1。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/site.sh"
source "$ROOT/scripts/upgrading.sh"

bench_exists || die "没有找到 bench：$SOCAID_BENCH" "用 SOCAID_BENCH 指出正在运行的 bench。"
mapfile -t sites < <(served_sites)
[ ${#sites[@]} -gt 0 ] || die "这个 bench 上没有使用 $APP 的站点"

status=0
for site in "${sites[@]}"; do
	frappe_cmd --site "$site" socaid-audit || status=1
	echo
done
exit $status
