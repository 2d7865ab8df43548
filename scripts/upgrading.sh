# shellcheck shell=bash
# 升级前留底、失败时退回。在 lib.sh、site.sh 之后载入。

BEFORE=$STATE/before

# 用到本应用的站点，测试用的除外。
served_sites() {
	local path site
	for path in $(as_user sh -c 'ls "$1"/*/site_config.json 2> /dev/null' sh "$SITES"); do
		site=$(basename "$(dirname "$path")")
		[ "$(site_config "$site" get allow_tests)" != 1 ] || continue
		! frappe_cmd --site "$site" list-apps 2> /dev/null | grep -q "^$APP" || echo "$site"
	done
}

# 数据库和程序要占多少 MiB；留底压缩后一般小得多，这里按不压缩算。
space_needed() {
	local site total=0 mib
	for site in "$@"; do
		mib=$(db_admin mariadb -N -e "SELECT CEIL(SUM(data_length + index_length) / 1048576) FROM information_schema.tables WHERE table_schema = '$(site_config "$site" get db_name)'")
		total=$((total + mib))
	done
	echo $((total + $(as_user du -sm "$BENCH_APP" | cut -f1)))
}

# keep_before 站点…：程序、前端文件、各站点的数据库和配置，记在 BEFORE 里。
keep_before() {
	local site needed free
	as_user mkdir -p "$STATE"
	needed=$(space_needed "$@")
	free=$(as_user df -Pm "$STATE" | awk 'NR == 2 { print $4 }')
	[ "$free" -gt "$needed" ] || die "磁盘放不下升级前的留底" "需要约 $needed MB，只剩 $free MB；腾出空间后再升级。"
	as_user rm -rf "$BEFORE"
	as_user mkdir -p -m 0700 "$BEFORE"
	AS_DIR=$SOCAID_BENCH/apps as_user tar -cf "$BEFORE/app.tar" "$APP"
	AS_DIR=$SITES as_user sh -c 'ls -d assets/assets*.json assets/locale 2> /dev/null | tar -cf "$1" -T -' sh "$BEFORE/assets.tar"
	AS_DIR=$STATE as_user sh -c 'ls -d stamp-* manifest 2> /dev/null | tar -cf "$1" -T -' sh "$BEFORE/stamps.tar"
	for site in "$@"; do
		db_admin mariadb-dump --single-transaction --quick --routines --triggers "$(site_config "$site" get db_name)" \
			| gzip -1 | as_user sh -c 'umask 077; cat > "$1"' sh "$BEFORE/$site.sql.gz"
		as_user cp "$SITES/$site/site_config.json" "$BEFORE/$site.json"
	done
	as_user sh -c 'printf "%s\n" "$@" > "$0"' "$BEFORE/sites" "$@"
}

# 退回到 keep_before 时的样子。
go_back() {
	local site database
	AS_DIR=$SOCAID_BENCH/apps as_user sh -c 'rm -rf "$1" && tar -xf "$2"' sh "$APP" "$BEFORE/app.tar"
	AS_DIR=$SITES as_user tar -xf "$BEFORE/assets.tar"
	AS_DIR=$STATE as_user sh -c 'rm -f stamp-* && tar -xf "$1"' sh "$BEFORE/stamps.tar"
	as_user "$SOCAID_BENCH/env/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -e "$BENCH_APP" \
		|| warn "原来版本的 Python 依赖没有装回，见上"
	for site in $(as_user cat "$BEFORE/sites"); do
		as_user cp "$BEFORE/$site.json" "$SITES/$site/site_config.json"
		database=$(site_config "$site" get db_name)
		# 重新建库，升级新建的表也就没有了；账号的权限是按库名给的，仍然有效
		db_admin mariadb -e "CREATE OR REPLACE DATABASE \`$database\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
		as_user gzip -dc "$BEFORE/$site.sql.gz" | db_admin mariadb "$database"
		frappe_cmd --site "$site" clear-cache
	done
}

# 网页服务真的在答，而且数据库、缓存都通。
healthy() { # healthy 站点
	local i
	for i in $(seq 60); do
		[ "$(ask_health "$1")" != ok ] || return 0
		sleep 1
	done
	return 1
}

ask_health() {
	local path=/api/method/socaid_app.upkeep.health.check socket=$STATE/web-$1.sock
	[ -S "$socket" ] || socket=$STATE/web.sock
	as_user curl -s --noproxy '*' --max-time 10 --unix-socket "$socket" "http://$1$path" || true
}

as_systemd() { [ -d /run/systemd/system ] && systemctl cat socaid.target > /dev/null 2>&1; }
