#!/usr/bin/env bash
# make test-bundle BUNDLE=文件：只凭安装包，在没有路由的网络、空的主目录、空的数据库里装到能登录。需要 root 和装好的系统软件包。
# KILLED="20 90 200"：先在这些秒“断电”（杀掉那里的全部进程），每次都从断的地方再开始；最后一次要装完。
# FAULTS=1：装好以后在那里逐个拿走数据库、Redis、网络、磁盘空间、后台进程，看发生什么（tests/faults/lab.py）。
# 用命名空间（unshare）隔开：本机的数据库、Redis、bench、pip 和 git 的设置都看不见，也不会被改动。
ARCHIVE=$(realpath -m "${BUNDLE:-}")
unset BUNDLE # 这里自己什么也不装
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

am_root || die "make test-bundle 需要 root"
[ -r "$ARCHIVE" ] || die "用 BUNDLE=文件 指出安装包"
place=$(mktemp -d "${TMPDIR:-/tmp}/socaid-bare.XXXXXX")
trap 'rm -rf "$place"' EXIT
chmod 0755 "$place"
getent passwd "$SOCAID_BENCH_USER" > /dev/null || useradd --create-home --shell /bin/bash "$SOCAID_BENCH_USER"
mkdir -p "$place/home" "$place/opt" "$place/root" "$place/mysql" "$place/log"
install -d -o "$SOCAID_BENCH_USER" -g "$(id -gn "$SOCAID_BENCH_USER")" "$place$BENCH_HOME"
tar -C "$place" -xf "$ARCHIVE" ./app
chown mysql:adm "$place/log" && chown mysql:mysql "$place/mysql"
mariadb-install-db --user=mysql --datadir="$place/mysql" --skip-test-db > /dev/null 2>&1 || die "建不了空的数据库"

# 命名空间里的第一个进程：看不见本机的设置，网卡只有回环
cat > "$place/begin" <<- 'BARE'
	set -euo pipefail
	place=$1 home=$2
	mount --bind "$place/home" "$(dirname "$home")"
	mount --bind "$place/opt" /opt
	mount --bind "$place/mysql" /var/lib/mysql
	[ ! -d /var/log/mysql ] || mount --bind "$place/log" /var/log/mysql
	mount -t tmpfs tmpfs /run/mysqld && chown mysql:mysql /run/mysqld
	for file in /etc/gitconfig /etc/pip.conf /etc/npmrc; do [ ! -e "$file" ] || mount --bind /dev/null "$file"; done
	ip link set lo up
	[ -z "$(ip route)" ] || { echo "还有路由" >&2; exit 1; }
	cd "$place/app"
	shift 2
	env -i HOME="$place/root" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@" make run
	curl -sf -c "$place/cookies" -d usr=Administrator --data-urlencode "pwd@$place/password" http://127.0.0.1:8000/api/method/login > /dev/null
	curl -sf -b "$place/cookies" http://127.0.0.1:8000/app > "$place/page"
	[ -z "${FAULTS:-}" ] || python3 tests/faults/lab.py "$home/frappe-bench" "$(stat -c %U "$home")" socaid.localhost "$place/password" > "$place/faults"
BARE
mkdir -p /run/mysqld
printf '%s' "$(python3 -c 'import secrets; print(secrets.token_hex(12))')" > "$place/password"

bare() { # bare [秒]：在那里执行一次；给了秒就到时断电
	local log=$place/run.log status=0
	unshare --net --mount --pid --fork --kill-child --mount-proc bash "$place/begin" "$place" "$BENCH_HOME" \
		BUNDLE="$ARCHIVE" SOCAID_BUNDLE_SIGNERS="${SOCAID_BUNDLE_SIGNERS:-}" SOCAID_BENCH_USER="$SOCAID_BENCH_USER" \
		SOCAID_ADMIN_PASSWORD="$(cat "$place/password")" SOCAID_DEMO_HOUSEHOLDS="$SOCAID_DEMO_HOUSEHOLDS" > "$log" 2>&1 < /dev/null &
	local pid=$!
	if [ -n "${1:-}" ]; then
		sleep "$1"
		! kill -KILL "$pid" 2> /dev/null || echo "  断电前最后一句：$(grep '==>' "$log" | tail -n1)"
		wait "$pid" 2> /dev/null || true
		return 0
	fi
	wait "$pid" || status=$?
	[ $status = 0 ] || { tail -n 40 "$log" >&2; die "没有装成"; }
	grep '==>' "$log"
}

for second in ${KILLED:-}; do
	say "第 $second 秒断电"
	bare "$second"
done
began=$SECONDS
bare
grep -q 'frappe.boot' "$place/page" || die "登录后的页面不对"
[ -z "${FAULTS:-}" ] || cat "$place/faults"
say "没有网络，装好并登录，最后这次用了 $((SECONDS - began)) 秒"
