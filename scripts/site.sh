# shellcheck shell=bash
# 站点与前端文件。在 lib.sh 之后载入。

random_password() { python3 -c 'import secrets; print(secrets.token_urlsafe(12))'; }

# create_site 站点
# 已有同名站点（上次建到一半，或者内容已经变了）就先删掉：留下的配置会带进新站点，例如语言。
# Administrator 的密码先用一个随手扔掉的，随后由 site.py 从环境变量设置：命令行参数谁都看得见。
create_site() {
	! site_exists "$1" || drop_site "$1"
	quietly frappe_cmd new-site "$1" --db-root-username "$(config_get root_login)" --admin-password "$(random_password)" \
		|| die "新建站点 $1 失败" "上面是最后 30 行。"
}

install_app() {
	quietly frappe_cmd --site "$1" install-app "$APP" || die "在站点 $1 安装 $APP 失败" "上面是最后 30 行。"
	frappe_cmd --site "$1" set-config developer_mode 0 > /dev/null
}

# make_site 站点 版本：还没有就新建，装好应用，设为中文；上次断在哪里就从哪里接着做。新站点的 Administrator 密码记在 admin_password。
make_site() {
	local site=$1 version=$2
	if ! site_exists "$site" || stamp_is "site-$site" creating; then
		say "新建站点 $site"
		as_user rm -f "$STATE/stamp-demo-$site" "$STATE/stamp-migrate-$site"
		stamp "site-$site" creating
		create_site "$site"
		stamp "site-$site" created
	fi
	if stamp_is "site-$site" created; then
		say "安装 $APP，设为中文（zh、中国、Asia/Shanghai）"
		install_app "$site"
		admin_password=${SOCAID_ADMIN_PASSWORD:-$(random_password)}
		SOCAID_ADMIN_PASSWORD=$admin_password site_py "$site" setup
		frappe_cmd --site "$site" enable-scheduler > /dev/null
		stamp "migrate-$site" "$version"
		stamp "site-$site" ready
	fi
}

drop_site() {
	frappe_cmd drop-site "$1" --db-root-username "$(config_get root_login)" --no-backup --force \
		--archived-sites-path "$STATE/dropped" > /dev/null
	as_user rm -rf "$STATE/dropped/$1"
}

# 译文没变就不重新编译。站点测试不构建前端文件，也要中文。
build_translations() {
	local wanted
	wanted=$(app_hash socaid_app/locale/)
	if stamp_is translations "$wanted" && as_user test -e "$SITES/assets/locale/zh/LC_MESSAGES/$APP.mo"; then return 0; fi
	quietly frappe_cmd compile-po-to-mo --app "$APP" || die "编译译文失败" "上面是最后 30 行。"
	stamp translations "$wanted"
}

# 前端文件没变就不重新构建。
build_assets() {
	local wanted
	# 译文随前端文件一起编译，改了译文也要重新构建
	wanted="$(app_hash 'socaid_app/\(public\|locale\)/') $(frappe_version)"
	if stamp_is assets "$wanted" && as_user test -e "$SITES/assets/assets.json" -a -e "$SITES/assets/$APP"; then return 0; fi
	say "构建前端文件"
	as_user test -e "$SITES/assets/frappe/dist" || quietly frappe_cmd build --app frappe --production || die "构建 Frappe 的前端文件失败" "上面是最后 30 行。"
	quietly frappe_cmd build --app "$APP" --production || die "构建前端文件失败" "上面是最后 30 行。"
	stamp assets "$wanted"
}

site_py() { # site_py 站点 动作 …
	AS_DIR=$SITES as_user "$SOCAID_BENCH/env/bin/python" "$BENCH_APP/scripts/site.py" "$@"
}

# 一次性的站点：全新建立、装好应用、设为中文，定时任务不跑。REUSE=1 且内容没变时沿用上次留下的。
throwaway_site() {
	local site=$1 version
	version="$(app_hash socaid_app/) $(frappe_version)"
	build_translations
	if [ "${REUSE:-}" = 1 ] && site_exists "$site" && stamp_is "site-$site" "$version"; then
		say "沿用临时站点 $site"
		return
	fi
	say "新建临时站点 $site"
	stamp "site-$site" creating
	create_plain "$site"
	install_app "$site"
	# 测试自己写 X-Forwarded-For，像在代理后面一样。
	# 邮件只进队列、不会发出；发件人与服务器只是让 Frappe 愿意排队。测试一小时内新建的用户也比 Frappe 平时允许的多。
	site_config "$site" set allow_tests=1 mute_emails=1 throttle_user_limit=10000 \
		auto_email_id=test@example.invalid mail_server=smtp.example.invalid \
		'socaid_proxy_addresses=["127.0.0.1", "unix:"]' > /dev/null
	site_py "$site" setup
	frappe_cmd --site "$site" disable-scheduler > /dev/null
	stamp "site-$site" "$version"
}

# 只有 Frappe 的站点，用来比较 Frappe 自带的测试。
plain_site() {
	say "新建没有本应用的站点 $1"
	create_plain "$1"
	site_config "$1" set allow_tests=1 mute_emails=1 auto_email_id=test@example.invalid mail_server=smtp.example.invalid > /dev/null
	frappe_cmd --site "$1" disable-scheduler > /dev/null
}

# 以数据库管理账号运行 mariadb 或 mariadb-dump；密码不上命令行。
db_admin() {
	local program=$1
	shift
	MYSQL_PWD=$(config_get root_password) "$program" --no-defaults -h localhost \
		${FRAPPE_DB_SOCKET:+"--socket=$FRAPPE_DB_SOCKET"} -u "$(config_get root_login)" "$@"
}

site_config() { # site_config 站点 get 键 | set 键=值 …
	local site=$1
	shift
	as_user python3 - "$SITES/$site/site_config.json" "$@" < "$ROOT/scripts/bench_config.py"
}

# new_database 站点：空的数据库和它的账号，记进站点配置；给出库名。
new_database() {
	local name password
	name=_$(printf '%s' "$SITES/$1" | sha1sum | cut -c1-16)
	password=$(random_password)
	PASSWORD=$password site_config "$1" set db_type=mariadb "db_name=$name" db_password=@PASSWORD > /dev/null
	db_admin mariadb <<- SQL
		CREATE OR REPLACE DATABASE \`$name\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
		CREATE OR REPLACE USER '$name'@'localhost' IDENTIFIED BY '$password';
		GRANT ALL PRIVILEGES ON \`$name\`.* TO '$name'@'localhost';
	SQL
	echo "$name"
}

# create_plain 站点：只有 Frappe 的一次性站点。它与本应用无关而建得很慢，所以内容留一份在 STATE，Frappe 没变就从那里恢复。
# 只供测试：正式站点（make run）总是新建。
create_plain() {
	local site=$1 kept=$STATE/plain.sql.gz version database
	version=$(AS_DIR=$SOCAID_BENCH/apps/frappe/frappe as_user sh -c \
		'find . \( -name "*.json" -o -name "*.sql" -o -name "*.py" -o -name patches.txt \) -print0 | sort -z | xargs -0 sha1sum | sha1sum')
	if ! stamp_is plain "$version" || ! as_user test -s "$kept"; then
		create_site "$site"
		db_admin mariadb-dump --single-transaction "$(site_config "$site" get db_name)" | gzip -1 | as_user sh -c 'cat > "$1"' sh "$kept"
		stamp plain "$version"
		return
	fi
	! site_exists "$site" || drop_site "$site"
	as_user sh -c 'mkdir -p "$1/public/files" "$1/private/files" "$1/private/backups" "$1/locks" "$1/logs" && echo "{}" > "$1/site_config.json"' \
		sh "$SITES/$site"
	database=$(new_database "$site")
	as_user gzip -dc "$kept" | db_admin mariadb "$database"
}

# copy_site 站点 副本 号：内容相同的另一个站点，有自己的数据库，几秒钟就好（新建一个要一分钟）。
# 后台任务排在 Redis 的第“号”个库：各副本互不相扰，也不会被正在运行的站点的后台进程取走。
copy_site() {
	local site=$1 copy=$2 number=$3 to queue
	queue=$(config_get redis_queue)
	as_user rm -rf "$SITES/$copy"
	as_user cp -r "$SITES/$site" "$SITES/$copy"
	to=$(new_database "$copy")
	site_config "$copy" set "redis_queue=$queue/$number" > /dev/null
	db_admin mariadb-dump --single-transaction "$(site_config "$site" get db_name)" | db_admin mariadb "$to"
	redis-cli -p "${queue##*:}" -n "$number" flushdb > /dev/null
	frappe_cmd --site "$copy" clear-cache
}

# 副本连同它的数据库。
drop_copy() {
	local database
	site_exists "$1" || return 0
	database=$(site_config "$1" get db_name)
	db_admin mariadb -e "DROP DATABASE IF EXISTS \`$database\`; DROP USER IF EXISTS '$database'@'localhost'" \
		&& as_user rm -rf "$SITES/$1"
}

# 为一件事准备好 bench、Redis 和一个一次性的站点；脚本结束时收拾（要先 source servers.sh）。
disposable_site() {
	disposable=$1
	"$ROOT/scripts/prepare.sh"
	BENCH_HOME=$(user_home)
	redis_before
	finish() { discard_site "$disposable"; stop_own_redis; }
	trap finish EXIT
	start_redis
	"$ROOT/scripts/throwaway.sh" "$disposable"
}

# 用过就删；KEEP=1 留下来看或下次 REUSE=1。
discard_site() {
	if [ "${KEEP:-}" = 1 ] || [ "${REUSE:-}" = 1 ]; then say "保留临时站点 $1"; return; fi
	! site_exists "$1" || drop_site "$1" || warn "临时站点 $1 没有删干净"
	as_user rm -f "$STATE/stamp-site-$1"
}
