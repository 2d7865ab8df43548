# shellcheck shell=bash
# 测试自己的 MariaDB，在 lib.sh、servers.sh 之后载入。
# 机器上的那个每次提交都等磁盘，一次测试要等上几万回；这一个用过就扔，断电丢了也不要紧，所以什么都不等。
# 没有网络端口；bench 用户经套接字登录。Frappe 由环境变量 FRAPPE_DB_SOCKET 得知。

# 放在内存里（要有 6 GiB 空闲），不够就放在磁盘上。
test_database_place() {
	local room
	room=$(df --output=avail -k /dev/shm 2> /dev/null | tail -n1 || true)
	if [ "${room:-0}" -gt $((6 << 20)) ] && [ "$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo)" -gt $((8 << 20)) ]; then
		as_user mktemp -d /dev/shm/socaid-database.XXXXXX
	else
		as_user mkdir -p "$STATE" && as_user mktemp -d "$STATE/database.XXXXXX"
	fi
}

# 上次测试被强行结束时留下的，先收走。
stop_test_database() {
	local place
	stop_servers test-database
	place=$(as_user cat "$STATE/test-database.place" 2> /dev/null || true)
	[ -z "$place" ] || as_user rm -rf "$place" "$STATE/test-database.place"
	unset FRAPPE_DB_SOCKET
}

start_test_database() {
	local place memory i
	stop_test_database
	place=$(test_database_place)
	# 运行测试的人可能不是 bench 用户，也要够得着套接字
	as_user chmod 711 "$place"
	printf '%s\n' "$place" | as_user sh -c 'cat > "$1"' sh "$STATE/test-database.place"
	memory=$(($(awk '/^MemTotal/ { print $2 }' /proc/meminfo) / 1024 / 8))
	quietly as_user mariadb-install-db --no-defaults --datadir="$place/data" --skip-test-db \
		--auth-root-authentication-method=socket --auth-root-socket-user="$SOCAID_BENCH_USER" \
		|| die "测试用的数据库没有建起来" "上面是最后 30 行。"
	spawn test-database "$place" "$(command -v mariadbd || echo /usr/sbin/mariadbd)" --no-defaults \
		--datadir="$place/data" --socket="$place/socket" --pid-file="$place/pid" --tmpdir="$place" --skip-networking \
		--character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_ci \
		--innodb-buffer-pool-size=$((memory < 1024 ? memory : 1024))M --innodb-log-file-size=256M \
		--innodb-flush-method=nosync --innodb-flush-log-at-trx-commit=0 --skip-innodb-doublewrite
	for i in $(seq 100); do
		! as_user mariadb-admin --no-defaults --socket="$place/socket" ping > /dev/null 2>&1 || break
		[ "$i" != 100 ] || die "测试用的数据库没有启动起来" "看 $STATE/test-database.log"
		sleep 0.2
	done
	# 与机器上那个同名同密码的管理账号：建站点、复制、备份都照常
	as_user mariadb --no-defaults --socket="$place/socket" <<- SQL
		CREATE USER '$(config_get root_login)'@'localhost' IDENTIFIED BY '$(config_get root_password)';
		GRANT ALL PRIVILEGES ON *.* TO '$(config_get root_login)'@'localhost' WITH GRANT OPTION;
	SQL
	export FRAPPE_DB_SOCKET=$place/socket
}
