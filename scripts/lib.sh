# shellcheck shell=bash
# 各脚本共用的设置与函数；由 scripts/*.sh 以 source 方式载入。
#
# 设置（全部是环境变量，括号内为默认值）：
#
#+ SOCAID_BENCH_USER       运行 bench 的普通用户（当前用户；以 root 运行时为 frappe，没有就创建）
#+ SOCAID_BENCH            bench 目录（该用户主目录下的 frappe-bench）
#+ SOCAID_SITE             站点名（socaid.localhost）
#+ SOCAID_BIND             监听地址（127.0.0.1；对外服务请在前面放 nginx，见 docs/）
#+ SOCAID_PORT             网页端口（8000）
#+ SOCAID_SOCKETIO_PORT    实时消息端口（bench 配置中的 socketio_port，通常 9000）
#+ SOCAID_REDIS_CACHE_PORT bench 缓存用 Redis 端口（bench 配置，通常 13000）
#+ SOCAID_REDIS_QUEUE_PORT bench 队列用 Redis 端口（bench 配置，通常 11000）
#+ SOCAID_DEMO_HOUSEHOLDS  演示县的户数（3000；0 表示不装演示数据）
#+ SOCAID_ADMIN_PASSWORD   新站点 Administrator 的密码（随机生成，只显示一次）
#+ SOCAID_TEST_SITE        测试用的临时站点（socaid-test.localhost）
#+ SOCAID_TEST_WORKERS     站点、浏览器测试同时用几个进程（处理器数，至多 4）
#+ SOCAID_ARTIFACTS        测试截图等产物的目录（检出目录下 tests/artifacts）
#+ SOCAID_HOST             make deploy：网址里的主机名（本机全名）
#+ SOCAID_CERT             make deploy：证书文件（没有就做一张自签的），密钥 SOCAID_CERT_KEY
#+ SOCAID_REQUESTS         make deploy：这个县每秒交给程序的请求，超过的请稍后再来（100，另有同样多的余量）
#+ SOCAID_HTTP_PORT        make deploy：80；SOCAID_HTTPS_PORT：443
#+ DESTDIR                 make deploy：只把配置写到这个目录下，不动本机
#+ SOCAID_VENV             单元测试用的虚拟环境（检出目录下 .venv）
#+ SOCAID_BENCH_CLI        没有 bench 命令时，把它装到哪里（root：/opt/socaid-bench-cli，否则 ~/.local/share/socaid-bench-cli）
#+ SOCAID_PYTHON           建 bench 用的 Python，3.10–3.12（python3）
#+ BUNDLE                  make run、make deploy：只从这个安装包安装，不连网络；SOCAID_BUNDLE_SIGNERS 是签名人名单
#+ OUT                     make bundle：写到哪个文件（dist/ 下）；SOCAID_BUNDLE_KEY 是签名用的私钥
#+ FRAPPE_REPO             Frappe 源码地址，可指向内网镜像（https://github.com/frappe/frappe）
#+ FRAPPE_BRANCH           Frappe 分支（version-15）
#+ DB_ROOT_USER            数据库管理员（root）
#+ DB_ROOT_PASSWORD        数据库管理员密码（空：用本机 root 的 unix_socket 登录）
#+ SOCAID_FRAPPE_ALL=1    Frappe 自带测试跑全部模块，并与没有本应用的站点比较
#+ KEEP=1                  测试后保留临时站点
#+ REUSE=1                 应用与 Frappe 都没变时沿用上次保留的临时站点
#+ CI=true                 任何一级测试没有运行即视为失败

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
APP=socaid_app

export LC_ALL=${LC_ALL:-C.UTF-8} GIT_TERMINAL_PROMPT=0 DEBIAN_FRONTEND=noninteractive

# ---- 说话 -------------------------------------------------------------------------------

say() { printf '\033[36m==>\033[0m %s\n' "$*"; }
warn() { printf '\033[33m注意：\033[0m%s\n' "$*" >&2; }

# 以一句“出了什么事”和若干行“怎么办”结束脚本。调用者可用 SOCAID_REASON 取走第一句。
die() {
	printf '\033[31m失败：\033[0m%s\n' "$1" >&2
	[ -z "${SOCAID_REASON:-}" ] || printf '%s\n' "$1" > "$SOCAID_REASON"
	shift
	local line
	for line in "$@"; do printf '      %s\n' "$line" >&2; done
	exit 1
}

# quietly 命令…：成功则不出声，失败则给出输出的最后 30 行。
quietly() {
	local log status=0
	log=$(mktemp)
	"$@" > "$log" 2>&1 < /dev/null || status=$?
	[ $status = 0 ] || tail -n 30 "$log" >&2
	rm -f "$log"
	return $status
}

# ---- 身份 -------------------------------------------------------------------------------

am_root() { [ "$(id -u)" = 0 ]; }
can_sudo() { am_root || { command -v sudo > /dev/null && { sudo -n true 2> /dev/null || [ -t 0 ]; }; }; }

as_root() {
	if am_root; then
		"$@"
	elif can_sudo; then
		sudo "$@"
	else
		die "“$*”需要 root 权限，而当前用户没有 sudo。" "请用 root 运行，或请管理员先执行这一条命令。"
	fi
}

# 有权就以 root 运行，没有就算了（只用于探测）。
as_root_quiet() { if am_root; then "$@"; else sudo -n "$@" 2> /dev/null; fi; }

if [ -z "${SOCAID_BENCH_USER:-}" ]; then
	if am_root; then SOCAID_BENCH_USER=frappe; else SOCAID_BENCH_USER=$(id -un); fi
fi

user_home() { getent passwd "$SOCAID_BENCH_USER" | cut -d: -f6; }
BENCH_HOME=$(user_home || true)
BENCH_HOME=${BENCH_HOME:-/home/$SOCAID_BENCH_USER}

SOCAID_BENCH=${SOCAID_BENCH:-$BENCH_HOME/frappe-bench}
SOCAID_SITE=${SOCAID_SITE:-socaid.localhost}
SOCAID_BIND=${SOCAID_BIND:-127.0.0.1}
SOCAID_PORT=${SOCAID_PORT:-8000}
SOCAID_DEMO_HOUSEHOLDS=${SOCAID_DEMO_HOUSEHOLDS:-3000}
SOCAID_TEST_SITE=${SOCAID_TEST_SITE:-socaid-test.localhost}
SOCAID_ARTIFACTS=${SOCAID_ARTIFACTS:-$ROOT/tests/artifacts}
SOCAID_VENV=${SOCAID_VENV:-$ROOT/.venv}
SOCAID_PYTHON=${SOCAID_PYTHON:-python3}
FRAPPE_REPO=${FRAPPE_REPO:-https://github.com/frappe/frappe}
FRAPPE_BRANCH=${FRAPPE_BRANCH:-version-15}
DB_ROOT_USER=${DB_ROOT_USER:-root}

BENCH_APP=$SOCAID_BENCH/apps/$APP
SITES=$SOCAID_BENCH/sites
STATE=$SOCAID_BENCH/config/socaid # 进程号、日志、“上次做到哪里”的记号
COMMON_CONFIG=$SITES/common_site_config.json

# bench 命令所在目录，须在 PATH 中：bench 自己还要调用同目录的 uv。
bench_cli_dir() {
	local default found
	if am_root; then default=/opt/socaid-bench-cli; else default=$HOME/.local/share/socaid-bench-cli; fi
	for found in "${SOCAID_BENCH_CLI:-$default}/bin/bench" "$(command -v bench || true)"; do
		[ ! -x "$found" ] || { dirname "$(readlink -f "$found")"; return 0; }
	done
	echo "${SOCAID_BENCH_CLI:-$default}/bin"
}

# 以 bench 用户身份运行；工作目录 AS_DIR（默认 bench 目录）。检出目录对该用户可能不可读，
# 所以从不把它当工作目录。保留证书与代理变量，去掉 root 自己的虚拟环境与缓存位置。
as_user() {
	local dir=${AS_DIR:-$SOCAID_BENCH}
	[ -d "$dir" ] || dir=/
	local -a clean=(env -u VIRTUAL_ENV -u PYTHONHOME -u PYTHONPATH -u XDG_RUNTIME_DIR
		-u XDG_CONFIG_HOME -u XDG_CACHE_HOME -u PIP_CACHE_DIR ${FRAPPE_DB_SOCKET:+"FRAPPE_DB_SOCKET=$FRAPPE_DB_SOCKET"})
	local path
	path=$(bench_cli_dir):/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
	if [ "$(id -un)" = "$SOCAID_BENCH_USER" ]; then
		(cd "$dir" && exec "${clean[@]}" PATH="$(bench_cli_dir):$PATH" "$@")
	elif am_root; then
		(cd "$dir" && exec runuser -u "$SOCAID_BENCH_USER" -- "${clean[@]}" HOME="$BENCH_HOME" \
			USER="$SOCAID_BENCH_USER" LOGNAME="$SOCAID_BENCH_USER" PATH="$path" "$@")
	else
		(cd "$dir" && exec sudo -u "$SOCAID_BENCH_USER" -- "${clean[@]}" HOME="$BENCH_HOME" PATH="$path" "$@")
	fi
}

# frappe 的命令行，直接用 bench 的 Python 调用：比 bench 命令快，且不依赖它。
frappe_cmd() {
	AS_DIR=$SITES as_user "$SOCAID_BENCH/env/bin/python" -m frappe.utils.bench_helper frappe "$@"
}

bench_exists() { as_user test -d "$SOCAID_BENCH/apps/frappe" -a -x "$SOCAID_BENCH/env/bin/python"; }
site_exists() { as_user test -f "$SITES/$1/site_config.json"; }

[ -z "${BUNDLE:-}" ] || source "$ROOT/scripts/from_bundle.sh"

# ---- 记号：内容没变就不重做 ---------------------------------------------------------------

stamp_is() { [ "$(as_user cat "$STATE/stamp-$1" 2> /dev/null || true)" = "$2" ]; }
stamp() { printf '%s\n' "$2" | as_user sh -c 'mkdir -p "$1" && cat > "$1/stamp-$2"' sh "$STATE" "$1"; }

# 检出目录中的文件（受版本控制的和新写还没提交的），以 NUL 分隔。
app_files() {
	(
		cd "$ROOT"
		{
			if [ -e .git ]; then
				git -c safe.directory="$ROOT" ls-files -co --exclude-standard -z
			else
				find . -type f -not -path './.venv/*' -not -path '*/__pycache__/*' -not -path './tests/artifacts/*' \
					-not -path '*/public/dist/*' -printf '%P\0'
			fi
		} | sort -zu | while IFS= read -rd '' f; do [ ! -f "$f" ] || printf '%s\0' "$f"; done
	)
}

# 给出路径（相对检出目录的前缀，默认全部）的内容指纹。
app_hash() {
	local prefix=${1:-}
	(cd "$ROOT" && app_files | { grep -z "^$prefix" || true; } | xargs -0r sha1sum | sha1sum | cut -d' ' -f1)
}

frappe_version() { as_user sed -n 's/^__version__ = "\(.*\)"/\1/p' "$SOCAID_BENCH/apps/frappe/frappe/__init__.py"; }

# 读写 bench 的 common_site_config.json。
bench_config() { as_user python3 - "$COMMON_CONFIG" "$@" < "$ROOT/scripts/bench_config.py"; }
config_get() { bench_config get "$1"; }
