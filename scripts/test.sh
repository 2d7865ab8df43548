#!/usr/bin/env bash
# make test：按级运行测试，最后给出一张小结。用法：test.sh [unit] [site] [browser] [frappe]
#
# 没有 bench 且取不到 Frappe 源码时，只跑 unit，并说明其余各级为什么没有跑；CI=true 时这算失败。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/venv.sh"
source "$ROOT/scripts/servers.sh"
source "$ROOT/scripts/site.sh"
source "$ROOT/scripts/test_database.sh"

tiers=("$@")
[ ${#tiers[@]} -gt 0 ] || tiers=(unit site browser frappe)
wants() { [[ " ${tiers[*]} " == *" $1 "* ]]; }

declare -A outcome detail beside
declare -A label=([unit]="单元（政策计算）" [site]="站点（MariaDB、Redis）" [browser]="浏览器（Chromium）" [frappe]="Frappe 自带测试")
scratch=$(mktemp -d)

# 命令照常显示输出；记下成败、用时和 pytest / unittest 的末行。
record() {
	local tier=$1 started=$SECONDS status=0 seconds
	shift
	[ -z "${beside[$tier]:-}" ] || wait "${beside[$tier]}" || true
	"$@" 2>&1 | tee "$scratch/$tier.log" || status=$?
	if [ $status = 5 ]; then # pytest：一个测试也没有
		outcome[$tier]="未运行" detail[$tier]="这一级还没有测试"
		return
	fi
	[ $status = 0 ] && outcome[$tier]="通过" || outcome[$tier]="失败"
	seconds=$((SECONDS - started))
	[ ! -e "$scratch/$tier.end" ] || read -r _ seconds < "$scratch/$tier.end"
	# pytest 的“3 passed, 1 skipped”，或 unittest 的各个“Ran 12 tests”
	detail[$tier]="$(grep -aoE '[0-9]+ (passed|failed|errors?|skipped)(, [0-9]+ [a-z]+)* in|^Ran [0-9]+ tests?' "$scratch/$tier.log" \
		| sed 's/ in$//' | paste -sd, | sed 's/, */，/g' || true)，$seconds 秒"
}

# 与后面各步同时进行：begin 名称 命令…，输出先收着；轮到它时 record 名称 ended 名称。
# 自成一个进程组，提前结束时一起停下。
begin() {
	local name=$1
	shift
	set -m
	(
		status=0 started=$SECONDS
		"$@" > "$scratch/$name.out" 2>&1 || status=$?
		echo "$status $((SECONDS - started))" > "$scratch/$name.end"
	) &
	set +m
	beside[$name]=$!
}

ended() {
	local status=1
	cat "$scratch/$1.out"
	read -r status _ 2> /dev/null < "$scratch/$1.end" || true
	return "$status"
}

# ---- 单元 -----------------------------------------------------------------------------

unit() { (cd "$ROOT" && "$SOCAID_VENV/bin/python" -m pytest tests/unit); }

# 不需要站点，所以在准备站点的同时跑。
if wants unit; then
	ensure_venv
	begin unit unit
fi

unit_tier() {
	wants unit && [ -z "${outcome[unit]:-}" ] || return 0
	say "单元测试"
	record unit ended unit
}

# ---- 需要站点的各级 ----------------------------------------------------------------------

# 几个 pytest 进程同时跑，各用临时站点的一个副本（tests/conftest.py 按进程名 gw0、gw1 … 取）。
workers=${SOCAID_TEST_WORKERS:-$(nproc)}
[ "$workers" -le 4 ] || [ -n "${SOCAID_TEST_WORKERS:-}" ] || workers=4
copies=()
FRAPPE_COPY=frappe.$SOCAID_TEST_SITE
FRAPPE_PLAIN=plain.$SOCAID_TEST_SITE

if wants site || wants browser; then
	for ((number = 0; number < workers; number++)); do copies+=("gw$number.$SOCAID_TEST_SITE"); done
fi
! wants frappe || copies+=("$FRAPPE_COPY")

in_bench() { # 以 bench 用户、用 bench 的 Python，在复制过去的应用目录里运行 pytest
	AS_DIR=$BENCH_APP as_user env SOCAID_SITE="$SOCAID_TEST_SITE" SITES_PATH="$SITES" SOCAID_ARTIFACTS="$STATE/artifacts" \
		SOCAID_SWEEP="${SOCAID_SWEEP:-}" "$SOCAID_BENCH/env/bin/python" -m pytest -p no:cacheprovider --numprocesses "$workers" "$@"
}

# Frappe 自己的测试（tests/frappe_modules.csv）：平时只跑快的；SOCAID_FRAPPE_ALL=1 全部跑，并在没有本应用的站点上再跑一遍，
# 逐个比较。允许的差别连同理由列在 tests/frappe_differences.csv。Frappe 的测试按英文消息断言，所以系统语言换成英文。
frappe_run() { # 站点 结果文件：各测试说了什么，写进产物目录的日志
	local modules
	mapfile -t modules < <(awk -F, -v all="${SOCAID_FRAPPE_ALL:-}" 'NR > 1 && (all == 1 || $2 == "always") { print $1 }' \
		"$ROOT/tests/frappe_modules.csv")
	AS_DIR=$SITES as_user "$SOCAID_BENCH/env/bin/python" "$BENCH_APP/scripts/frappe_tests.py" run "$1" "$2" "${modules[@]}" \
		> >(as_user tee "$STATE/artifacts/$1.log" | grep --line-buffered '^-- ') 2>&1
}

frappe_modules() {
	local result=$STATE/artifacts/frappe.csv plain=$STATE/artifacts/frappe-plain.csv
	frappe_run "$FRAPPE_COPY" "$result"
	if [ "${SOCAID_FRAPPE_ALL:-}" = 1 ]; then
		say "没有本应用的站点"
		frappe_run "$FRAPPE_PLAIN" "$plain"
	fi
	AS_DIR=$BENCH_APP as_user "$SOCAID_BENCH/env/bin/python" scripts/frappe_tests.py judge tests/frappe_differences.csv "$result" \
		${SOCAID_FRAPPE_ALL:+"$plain"}
}

site_tier() {
	say "站点测试"
	# 一个文件的测试共用准备好的数据，在同一个进程里跑；文件的先后见 tests/site/conftest.py
	# 失败的再试一次，列出名字，小结里写明试了几次（rerun）：第二次才过的测试有毛病，要改
	record site in_bench --dist loadfile --no-loadscope-reorder --durations 25 --reruns 1 -rR tests/site
}

browser_tier() {
	say "浏览器测试"
	[ -z "${beside[assets]:-}" ] || wait "${beside[assets]}" || true
	build_assets # 已在建站点时构建；没建成的，这里说出原因
	if [ -n "${SOCAID_SWEEP:-}" ]; then # 每种角色的每个画面，在演示县上（tests/browser/test_every_screen.py）
		record browser in_bench --dist worksteal -rA tests/browser/test_every_screen.py
		return
	fi
	# 机器忙时，画面偶尔赶不上测试的下一步：失败的再试一次，小结里写明试了几次（rerun）
	record browser in_bench --dist worksteal --reruns 1 -rR tests/browser
}

frappe_site() {
	site_py "$FRAPPE_COPY" english
	[ "${SOCAID_FRAPPE_ALL:-}" != 1 ] || plain_site "$FRAPPE_PLAIN"
}

frappe_tier() {
	say "Frappe 自带测试"
	if [ -n "${beside[frappe]:-}" ]; then record frappe ended frappe; else record frappe frappe_modules; fi
}

collect_artifacts() {
	as_user test -d "$STATE/artifacts" || return 0
	mkdir -p "$SOCAID_ARTIFACTS"
	AS_DIR=$STATE/artifacts as_user tar -cf - . | tar --no-same-owner -C "$SOCAID_ARTIFACTS" -xf -
}

finish() {
	local copy running
	# 收拾到底，哪一步不成都接着做下一步
	set +e
	for running in $(jobs -pr); do kill -- "-$running" 2> /dev/null || true; done
	[ "${KEEP:-}" = 1 ] || for copy in "${copies[@]}"; do drop_copy "$copy" || warn "站点 $copy 没有删干净"; done
	[ "${SOCAID_FRAPPE_ALL:-}" != 1 ] || discard_site "$FRAPPE_PLAIN"
	discard_site "$SOCAID_TEST_SITE"
	stop_own_redis
	stop_test_database
}

skip_site_tiers() { # 结果 原因
	local tier
	for tier in site browser frappe; do ! wants $tier || { outcome[$tier]=$1 detail[$tier]=$2; }; done
}

if wants site || wants browser || wants frappe; then
	say "准备站点"
	export SOCAID_REASON=$scratch/reason
	if ! SOCAID_NEED_BROWSER=$(wants browser && echo 1 || echo 0) "$ROOT/scripts/prepare.sh"; then
		skip_site_tiers "未运行" "$(cat "$scratch/reason" 2> /dev/null || echo "准备 bench 失败，原因见上")"
	else
		BENCH_HOME=$(user_home)
		redis_before
		trap finish EXIT
		start_redis
		# 留下来的站点要用机器上的数据库才打得开
		[ "${KEEP:-}" = 1 ] || [ "${REUSE:-}" = 1 ] || start_test_database
		! wants browser || begin assets build_assets
		if ! "$ROOT/scripts/throwaway.sh" "$SOCAID_TEST_SITE" "${copies[@]}"; then
			skip_site_tiers "失败" "$(cat "$scratch/reason" 2> /dev/null || echo "建测试站点失败，原因见上")"
		else
			as_user rm -rf "$STATE/artifacts"
			as_user mkdir -p "$STATE/artifacts"
			unit_tier
			! wants frappe || frappe_site
			# 一个进程，用站点测试等数据库时空出来的处理器；浏览器测试怕慢，不与别的同时进行
			! { wants frappe && wants site; } || begin frappe frappe_modules
			! wants site || site_tier
			! wants frappe || frappe_tier
			! wants browser || browser_tier
			collect_artifacts
		fi
	fi
fi

unit_tier

# ---- 小结 -----------------------------------------------------------------------------

status=0
echo
echo "──── 测试小结 ────"
for tier in "${tiers[@]}"; do
	echo "  ${outcome[$tier]}  ${label[$tier]}：${detail[$tier]}"
	case ${outcome[$tier]} in
		失败) status=1 ;;
		未运行) [ "${CI:-}" != true ] || status=1 ;;
	esac
done
if [ -d "$SOCAID_ARTIFACTS" ] && [ -n "$(ls -A "$SOCAID_ARTIFACTS")" ]; then echo "  截图等产物：$SOCAID_ARTIFACTS"; fi
rm -rf "$scratch"
exit $status
