#!/usr/bin/env bash
# make deploy：一台正式服务器。数据库、Redis、网页、后台进程都在这一台上，由 systemd 看管，前面是带 HTTPS 的 nginx。
# 可反复运行：没有站点就新建（不装演示县），已有的升级（scripts/upgrade.sh），配置有变化才重启。
# DESTDIR=目录 只把配置写到那里看，不动本机。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/servers.sh"
source "$ROOT/scripts/site.sh"
source "$ROOT/scripts/upgrading.sh"

host=${SOCAID_HOST:-$(hostname -f 2> /dev/null || hostname)}
http=${SOCAID_HTTP_PORT:-80} https=${SOCAID_HTTPS_PORT:-443}
certificate=${SOCAID_CERT:-/etc/socaid/$SOCAID_SITE/certificate.pem}
key=${SOCAID_CERT_KEY:-/etc/socaid/$SOCAID_SITE/certificate.key}
[ -z "${SOCAID_CERT:-}" ] || [ -n "${SOCAID_CERT_KEY:-}" ] || die "有 SOCAID_CERT，缺 SOCAID_CERT_KEY" "两个一起给出。"

configuration() { # configuration 目录 站点…
	local destdir=$1 suffix="" socketio=9000
	shift
	[ "$https" = 443 ] || suffix=:$https
	! bench_exists || socketio=$(config_get socketio_port)
	python3 "$ROOT/scripts/deployment.py" render "$destdir" \
		"SITE=$SOCAID_SITE" "SITES_SERVED=$*" "HOST=$host" "HTTP_PORT=$http" "HTTPS_PORT=$https" "HTTPS_SUFFIX=$suffix" "INTERNAL_PORT=$SOCAID_PORT" \
		"CERTIFICATE=$certificate" "CERTIFICATE_KEY=$key" "MAX_BODY=50" "LOGS=/var/log/nginx/socaid" \
		"BENCH=$SOCAID_BENCH" "SITES=$SITES" "STATE=$STATE" "USER=$SOCAID_BENCH_USER" "HOME=$BENCH_HOME" \
		"BENCH_CLI=$(bench_cli_dir)" "NODE=$(command -v node || echo /usr/bin/node)" "SOCKETIO_PORT=$socketio"
}

if [ -n "${DESTDIR:-}" ]; then
	configuration "$DESTDIR" "$SOCAID_SITE"
	say "配置写在 $DESTDIR 下，本机没有改动"
	exit 0
fi

[ -d /run/systemd/system ] || die "这台机器没有用 systemd 启动" "正式部署需要 systemd；只想试用请用 make run，只想看配置请用 make deploy DESTDIR=目录。"
can_sudo || die "make deploy 需要 root 或 sudo"

install_missing() {
	local -a want=()
	command -v nginx > /dev/null || [ -x /usr/sbin/nginx ] || want+=(nginx)
	command -v openssl > /dev/null || want+=(openssl)
	command -v logrotate > /dev/null || [ -x /usr/sbin/logrotate ] || want+=(logrotate)
	[ ${#want[@]} = 0 ] || as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${want[@]}" > /dev/null \
		|| die "安装软件包失败：${want[*]}"
}

own_certificate() {
	[ -z "${SOCAID_CERT:-}" ] || return 0
	as_root test ! -s "$certificate" || return 0
	say "做一张自签证书（浏览器会警告；请尽快换成本单位的：SOCAID_CERT、SOCAID_CERT_KEY）"
	as_root mkdir -p "$(dirname "$certificate")"
	as_root sh -c 'umask 077; openssl req -x509 -newkey rsa:3072 -nodes -days 825 -subj "/CN=$1" -addext "subjectAltName=DNS:$1" -keyout "$2" -out "$3"' \
		sh "$host" "$key" "$certificate" 2> /dev/null || die "做证书失败"
}

# ---- 程序和站点 -------------------------------------------------------------------------

install_missing
admin_password=
if bench_exists && [ -n "$(served_sites)" ]; then
	"$ROOT/scripts/upgrade.sh"
else
	"$ROOT/scripts/prepare.sh"
	BENCH_HOME=$(user_home)
fi
if ! site_exists "$SOCAID_SITE" || ! stamp_is "site-$SOCAID_SITE" ready; then
	start_redis
	make_site "$SOCAID_SITE" "$(app_hash socaid_app/) $(frappe_version)"
	build_translations
	build_assets
	stop_servers redis-queue redis-cache
fi
mapfile -t sites < <(served_sites)
suffix=""
[ "$https" = 443 ] || suffix=:$https
site_config "$SOCAID_SITE" set 'socaid_proxy_addresses=["unix:"]' "host_name=https://$host$suffix" > /dev/null
# 备份单独一个队列，几个小时的备份不挡住导入和发放
bench_config set 'workers={"backup": {"timeout": 43200, "background_workers": 1}}' > /dev/null

# ---- 配置和服务 -------------------------------------------------------------------------

own_certificate
# nginx 要读静态文件和公开附件：www-data 进 bench 用户的组，其他人不能进
as_root usermod -aG "$(id -gn "$SOCAID_BENCH_USER")" www-data
as_root chmod g+rx,o= "$BENCH_HOME"
as_root install -d -o www-data -g adm -m 0750 /var/log/nginx/socaid
staged=$(mktemp -d)
trap 'rm -rf "$staged"' EXIT
configuration "$staged" "${sites[@]}" > /dev/null
changed=$(cd "$staged" && find . -type f -printf '%P\n' | while read -r file; do
	as_root cmp -s "$file" "/$file" || { as_root install -D -m 0644 "$file" "/$file" && echo "$file"; }
done)

as_root nginx -t 2> /dev/null || { as_root nginx -t; die "nginx 的配置有问题" "上面是原因。"; }
if grep -q '^etc/mysql/' <<< "$changed"; then
	say "数据库设置有变化，重新启动 MariaDB"
	as_root systemctl restart mariadb
fi
as_root systemctl daemon-reload
as_root systemctl enable --quiet mariadb nginx socaid.target
if [ -n "$changed" ]; then as_root systemctl restart socaid.target; else as_root systemctl start socaid.target; fi
as_root systemctl reload-or-restart nginx

healthy "$SOCAID_SITE" || die "服务没有正常应答" "看 systemctl status 'socaid-*' 和 journalctl -u 'socaid-web@*'。"
answer=$(curl -sk --noproxy '*' --max-time 20 --resolve "$host:$https:127.0.0.1" "https://$host$suffix/api/method/socaid_app.upkeep.health.check" || true)
[ "$answer" = ok ] || die "经 nginx 没有得到应答" "看 /var/log/nginx/socaid/error.log。"

echo
say "可以使用了：https://$host$suffix"
[ -z "$admin_password" ] || echo "    Administrator  $admin_password（只显示这一次）"
echo "  查看：systemctl status socaid.target    系统状况：登录后搜索“系统状况”"
echo "  防火墙：只需对外开放 $http、$https；数据库、Redis、实时消息只监听本机"
