#!/usr/bin/env bash
# make test-upgrade FROM=提交：用那个提交的程序新建一个临时站点、装上它的演示县，升级到检出目录里的版本，前后比对：
# 记录一条不少、各月名册分毫不差、归档文件的校验值相同（scripts/upgrade_figures.py）。可以一次给几个提交。
# 在测试用的 bench 上做：期间 bench 里是旧程序，正在使用的 bench 拒绝。演示县的户数：SOCAID_DEMO_HOUSEHOLDS（400；更少的，早些的版本装不上）。
SOCAID_DEMO_HOUSEHOLDS=${SOCAID_DEMO_HOUSEHOLDS:-400}
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/servers.sh"
source "$ROOT/scripts/site.sh"
source "$ROOT/scripts/upgrading.sh"

[ -n "${FROM:-}" ] || die "用 FROM=提交 说明从哪个版本升级"
bench_exists || die "没有找到 bench：$SOCAID_BENCH"
[ -z "$(pid_of web || true)" ] && [ -z "$(served_sites)" ] || die "这个 bench 上有正在使用的站点：$(served_sites | paste -sd' ')" "用 SOCAID_BENCH 指出一个测试用的。"

HEAD_ROOT=$ROOT
SITE=upgrade.$SOCAID_TEST_SITE
old=$(mktemp -d)
finish() {
	set +e
	ROOT=$HEAD_ROOT
	"$ROOT/scripts/sync.sh"
	[ "${KEEP:-}" = 1 ] || drop_site "$SITE"
	rm -rf "$old"
}
trap finish EXIT

figures() { # figures 文件：站点现在的样子
	AS_DIR=$SITES as_user "$SOCAID_BENCH/env/bin/python" - "$SITE" < "$HEAD_ROOT/scripts/upgrade_figures.py" > "$1" || die "读不出站点的内容"
}

load_demo() { # 2026年11月26日以前，演示县由 site.py 装
	if grep -q '"demo"' "$old/scripts/site.py"; then
		quietly site_py "$SITE" demo "$SOCAID_DEMO_HOUSEHOLDS"
	else
		quietly frappe_cmd --site "$SITE" socaid-demo --households "$SOCAID_DEMO_HOUSEHOLDS"
	fi
}

failed=0
start_redis
for commit in $FROM; do
	commit=$(git -C "$HEAD_ROOT" rev-parse --short "$commit^{commit}") || die "没有提交 $commit"
	say "$commit（$(git -C "$HEAD_ROOT" log -1 --format=%cs "$commit")）：安装，装入约 $SOCAID_DEMO_HOUSEHOLDS 户"
	rm -rf "${old:?}"/*
	git -C "$HEAD_ROOT" archive "$commit" | tar -x -C "$old"
	ROOT=$old
	"$old/scripts/sync.sh"
	create_plain "$SITE"
	install_app "$SITE"
	site_config "$SITE" set mute_emails=1 > /dev/null
	build_translations
	site_py "$SITE" setup
	frappe_cmd --site "$SITE" disable-scheduler > /dev/null
	load_demo || die "装不上 $commit 的演示县" "上面是最后 30 行。"
	figures "$old/before.json"

	say "$commit：升级到检出目录里的版本"
	ROOT=$HEAD_ROOT
	"$ROOT/scripts/sync.sh"
	build_translations
	frappe_cmd --site "$SITE" clear-cache
	began=$SECONDS
	quietly frappe_cmd --site "$SITE" migrate --skip-search-index || die "$commit 升级失败" "上面是最后 30 行。"
	took=$((SECONDS - began))
	figures "$old/after.json"
	python3 "$ROOT/scripts/upgrade_figures.py" "$old/before.json" "$old/after.json" || failed=1
	say "$commit：升级用了 $took 秒"
done
exit $failed
