#!/usr/bin/env bash
# 备好机器：软件包、MariaDB、Redis、bench 命令、bench、数据库管理账号、本应用。
# 每一步先看是否已有，有就跳过；因此可以反复运行。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# ---- Frappe 源码取得到吗？先问这一句，免得装了一堆东西才发现 ------------------------------------

check_frappe_source() {
	[ -z "${BUNDLE:-}" ] || return 0 # 安装包里的核对过了
	local -a ask=(timeout 60 git ls-remote --heads "$FRAPPE_REPO" "$FRAPPE_BRANCH")
	command -v git > /dev/null || return 0 # git 由下一步安装，bench init 时自见分晓
	local found
	if ! found=$("${ask[@]}" 2>&1); then
		die "取不到 Frappe 源码：$FRAPPE_REPO" \
			"没有 bench（$SOCAID_BENCH），而 git 连不上上面的地址：$(tail -n1 <<< "$found")" \
			"内网请指向内部镜像，例如：make run FRAPPE_REPO=https://git.example.gov.cn/mirror/frappe FRAPPE_BRANCH=version-15" \
			"已有 bench 时用 SOCAID_BENCH=目录 指出。" \
			"不装站点也能用政策计算：pip install . && socaid explain case.json --on 2026-03-01"
	fi
	[ -n "$found" ] || die "Frappe 仓库 $FRAPPE_REPO 中没有分支 $FRAPPE_BRANCH" "用 FRAPPE_BRANCH 指定镜像中已有的 v15 分支。"
}

# ---- 软件包 -----------------------------------------------------------------------------

# 命令或文件 → 提供它的 Debian/Ubuntu 软件包；已有命令（不论来自何处）就不再安装。
missing_packages() {
	local -a want=()
	have() { command -v "$1" > /dev/null; }
	have git || want+=(git)
	have curl || want+=(curl ca-certificates)
	{ have mariadbd || have mysqld || [ -x /usr/sbin/mariadbd ]; } || want+=(mariadb-server)
	have mariadb || want+=(mariadb-client)
	have redis-server || want+=(redis-server)
	{ have haproxy || [ -x /usr/sbin/haproxy ]; } || want+=(haproxy)
	have restic || want+=(restic)
	have node || want+=(nodejs)
	have yarn || have npm || want+=(npm)
	have wkhtmltopdf || want+=(wkhtmltopdf)
	have gcc && have make || want+=(build-essential)
	have pkg-config || want+=(pkg-config)
	[ -e /usr/include/mariadb/mysql.h ] || [ -e /usr/include/mysql/mysql.h ] || want+=(libmariadb-dev)
	[ -n "$(fc-list :lang=zh 2> /dev/null | head -n1)" ] || want+=(fontconfig fonts-noto-cjk)
	/usr/bin/python3 -c 'import ensurepip, venv' 2> /dev/null || want+=(python3-venv)
	compgen -G '/usr/include/python3*/Python.h' > /dev/null || want+=(python3-dev)
	have runuser || want+=(util-linux)
	# 浏览器测试也走一遍正式服务器的 nginx
	[ "${SOCAID_NEED_BROWSER:-}" != 1 ] || have nginx || [ -x /usr/sbin/nginx ] || want+=(nginx openssl)
	[ "${SOCAID_NEED_BROWSER:-}" != 1 ] || have chromium || have chromium-browser || have google-chrome || want+=(chromium)
	[ ${#want[@]} = 0 ] || printf '%s\n' "${want[@]}"
}

install_packages() {
	local -a want
	mapfile -t want < <(missing_packages)
	[ ${#want[@]} -gt 0 ] || return 0
	command -v apt-get > /dev/null || die "缺少软件：${want[*]}" "自动安装只支持 Debian / Ubuntu；请用本机的包管理器装好后重试。"
	say "安装软件包：${want[*]}"
	as_root apt-get update -qq || warn "apt-get update 有错误，继续用现有的软件包列表"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${want[@]}" > /dev/null \
		|| die "安装软件包失败：${want[*]}" "检查 /etc/apt/sources.list 与网络（内网请配置内部软件源），再运行一次。"
}

install_yarn() {
	local node_major
	node_major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
	[ "$node_major" -ge 18 ] || die "Node.js 太旧：$(node --version)，Frappe 15 需要 18 以上" \
		"Debian 12 / Ubuntu 24.04 自带的版本即可；更旧的系统请先安装 Node.js 18 或 20。"
	command -v yarn > /dev/null && return
	say "安装 yarn 1"
	as_root npm install --global --silent "${YARN_PACKAGE:-yarn@1}" || die "安装 yarn 失败" "内网请先配置 npm 镜像：npm config set registry …"
}

# ---- 服务 -----------------------------------------------------------------------------

# 有 systemd 用它，否则用 init 脚本，再不行直接启动守护进程；最后以“连得上”为准。
start_service() {
	local name=$1 probe=$2 direct=$3
	shift 3
	! $probe || return 0
	say "启动 $name"
	if [ -d /run/systemd/system ]; then as_root systemctl start "$name" || true; fi
	$probe || as_root service "$name" start > /dev/null 2>&1 < /dev/null || true
	local i
	for i in $(seq 20); do
		! $probe || return 0
		[ "$i" != 5 ] || $direct || true
		sleep 1
	done
	die "$name 没有启动起来" "看它的日志（journalctl -u $name 或 /var/log/），修好后重试。"
}

# ping 在密码不对时也算应答
mariadb_answers() { mariadb-admin --no-defaults --connect-timeout=3 ping > /dev/null 2>&1; }
mariadb_direct() {
	as_root install -d -o mysql -g mysql /run/mysqld
	as_root setsid sh -c 'exec mariadbd-safe --user=mysql > /dev/null 2>&1 < /dev/null &'
}

# bench 的 Redis 由本项目按 bench 的配置启动（见 start.sh），系统的 redis 服务用不着，只要程序在。
start_mariadb() { start_service mariadb mariadb_answers mariadb_direct; }

# ---- bench 用户、bench 命令、bench --------------------------------------------------------

make_user() {
	if ! getent passwd "$SOCAID_BENCH_USER" > /dev/null; then
		say "创建普通用户 $SOCAID_BENCH_USER（bench 拒绝以 root 运行）"
		as_root useradd --create-home --shell /bin/bash "$SOCAID_BENCH_USER"
	fi
	[ "$SOCAID_BENCH_USER" != root ] || die "SOCAID_BENCH_USER 不能是 root" "bench 拒绝以 root 运行；换一个普通用户。"
	BENCH_HOME=$(user_home)
	as_user test -d "$BENCH_HOME" || die "用户 $SOCAID_BENCH_USER 没有主目录 $BENCH_HOME"
}

install_bench_cli() {
	[ ! -x "$(bench_cli_dir)/bench" ] || return 0
	local venv
	venv=$(dirname "$(bench_cli_dir)")
	say "安装 bench 命令到 $venv"
	local python=/usr/bin/python3
	[ -x $python ] || python=python3
	{ "$python" -m venv "$venv" && "$venv/bin/python" -m pip install --quiet --disable-pip-version-check ${CLI_WHEELS:+--find-links "$CLI_WHEELS"} frappe-bench uv; } \
		|| die "安装 frappe-bench 失败" "检查网络；内网请先把 pip 指向内部镜像（pip config set global.index-url …）。"
}

UNFINISHED=$SOCAID_BENCH.unfinished
# 上次初始化中断：旁边的记号还在，里面也还没有站点。
half_made() { as_user test -e "$UNFINISHED" && [ -z "$(as_user find "$SITES" -mindepth 2 -maxdepth 2 -name site_config.json 2> /dev/null)" ]; }

init_bench() {
	if half_made; then
		say "清除上次没有建完的 bench：$SOCAID_BENCH"
		as_user rm -rf "$SOCAID_BENCH"
	fi
	! bench_exists || return 0
	check_frappe_source
	if as_user test -e "$SOCAID_BENCH"; then
		die "$SOCAID_BENCH 已存在，但不是完整的 bench" "确认里面没有要留的东西，删掉它再运行一次；或用 SOCAID_BENCH 换一个目录。"
	fi
	say "初始化 bench：$SOCAID_BENCH（$FRAPPE_BRANCH，需几分钟）"
	as_user mkdir -p "$(dirname "$SOCAID_BENCH")"
	as_user touch "$UNFINISHED"
	local log
	log=$(mktemp)
	AS_DIR=$(dirname "$SOCAID_BENCH") as_user bench init --frappe-path "$FRAPPE_REPO" --frappe-branch "$FRAPPE_BRANCH" \
		--python "$SOCAID_PYTHON" --no-backups "$SOCAID_BENCH" > "$log" 2>&1 < /dev/null \
		|| { tail -n 30 "$log" >&2; die "bench init 失败，完整记录在 $log" "上面是最后 30 行。常见原因：pip / yarn 镜像不通、Python 版本不在 3.10–3.12（用 SOCAID_PYTHON 指定）。"; }
	rm -f "$log"
	as_user rm -f "$UNFINISHED"
}

configure_ports() {
	local -a want=()
	[ -z "${SOCAID_SOCKETIO_PORT:-}" ] || want+=("socketio_port=$SOCAID_SOCKETIO_PORT")
	[ -z "${SOCAID_REDIS_CACHE_PORT:-}" ] || want+=("redis_cache=redis://127.0.0.1:$SOCAID_REDIS_CACHE_PORT")
	[ -z "${SOCAID_REDIS_QUEUE_PORT:-}" ] || want+=("redis_queue=redis://127.0.0.1:$SOCAID_REDIS_QUEUE_PORT")
	[ ${#want[@]} -gt 0 ] || return 0
	[ -z "$(bench_config set "${want[@]}")" ] || as_user bench setup redis > /dev/null
}

# ---- 数据库管理账号 -----------------------------------------------------------------------

# Frappe 建站要用数据库管理账号。不把 root 的密码交给 bench，而是建一个专用账号，
# 密码随机，只存在 bench 用户 0600 的 common_site_config.json 里，以后一直用它。
# 账号名带 bench 目录的校验和：同一台机器上的两个 bench 不会互相改掉密码。
DB_ADMIN=socaid_admin_$(printf '%s' "$SOCAID_BENCH" | cksum | cut -d' ' -f1)

db_account_works() {
	local login password
	login=$(config_get root_login)
	password=$(config_get root_password)
	[ -n "$login" ] && [ -n "$password" ] \
		&& MYSQL_PWD=$password mariadb --no-defaults -h localhost -u "$login" -e 'SELECT 1' > /dev/null 2>&1
}

db_as_root() {
	if [ -n "${DB_ROOT_PASSWORD:-}" ]; then
		MYSQL_PWD=$DB_ROOT_PASSWORD mariadb --no-defaults -h localhost -u "$DB_ROOT_USER" "$@"
	else
		as_root mariadb -u "$DB_ROOT_USER" "$@"
	fi
}

ensure_db_account() {
	! db_account_works || return 0
	local answer
	if ! answer=$(db_as_root -e 'SELECT 1' 2>&1); then
		if [ -n "${DB_ROOT_PASSWORD:-}" ]; then
			die "数据库拒绝了 $DB_ROOT_USER 的密码" "MariaDB 说：$(tail -n1 <<< "$answer")" \
				"核对 DB_ROOT_USER 与 DB_ROOT_PASSWORD 后重试，例如：DB_ROOT_PASSWORD='…' make run"
		fi
		die "数据库不允许本机 $DB_ROOT_USER 免密码登录" "MariaDB 说：$(tail -n1 <<< "$answer")" \
			"用环境变量给出管理员密码后重试：DB_ROOT_PASSWORD='…' make run"
	fi
	say "建立数据库管理账号 $DB_ADMIN（密码随机，存于 $COMMON_CONFIG）"
	local password
	password=$(python3 -c 'import secrets; print(secrets.token_hex(20))')
	db_as_root <<- SQL || die "无法建立数据库账号 $DB_ADMIN" "$DB_ROOT_USER 需要 CREATE USER 与 GRANT OPTION 权限。"
		CREATE USER IF NOT EXISTS '$DB_ADMIN'@'localhost' IDENTIFIED BY '$password';
		ALTER USER '$DB_ADMIN'@'localhost' IDENTIFIED BY '$password';
		GRANT ALL PRIVILEGES ON *.* TO '$DB_ADMIN'@'localhost' WITH GRANT OPTION;
	SQL
	PASSWORD=$password bench_config set "root_login=$DB_ADMIN" root_password=@PASSWORD > /dev/null
}

# ---- 依次做 ---------------------------------------------------------------------------

if getent passwd "$SOCAID_BENCH_USER" > /dev/null && bench_exists; then :; else check_frappe_source; fi
install_packages
make_user
[ -z "${BUNDLE:-}" ] || unpack_bundle
install_yarn
start_mariadb
install_bench_cli
init_bench
configure_ports
ensure_db_account
"$ROOT/scripts/sync.sh"
