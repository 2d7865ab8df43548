#!/usr/bin/env bash
# make deploy：一台正式服务器。数据库、Redis、网页、后台进程都在这一台上，由 systemd 看管，前面是带 HTTPS 的 nginx。
# 可反复运行：没有站点就新建（不装演示县），已有的升级（scripts/upgrade.sh），配置有变化才重启。
# 同一台服务器上的第二个县再运行一次：SOCAID_SITE 和 SOCAID_HOST 换成那个县的。各县上次的设置记在 /etc/socaid/站点/settings。
# DESTDIR=目录 只把配置写到那里看，不动本机。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/servers.sh"
source "$ROOT/scripts/site.sh"
source "$ROOT/scripts/upgrading.sh"

settings_of() { as_root_quiet cat "/etc/socaid/$1/settings" 2> /dev/null || true; }
kept=$(settings_of "$SOCAID_SITE")
was() { sed -n "s/^$1=//p" <<< "$kept"; }
# 这次给的，没给的沿用上次的，再没有就用默认的
setting() { # setting 名称 这次给的 默认
	local last
	last=$(was "$1")
	echo "${2:-${last:-$3}}"
}
host=$(setting HOST "${SOCAID_HOST:-}" "$(hostname -f 2> /dev/null || hostname)")
http=$(setting HTTP_PORT "${SOCAID_HTTP_PORT:-}" 80) https=$(setting HTTPS_PORT "${SOCAID_HTTPS_PORT:-}" 443)
certificate=$(setting CERTIFICATE "${SOCAID_CERT:-}" "/etc/socaid/$SOCAID_SITE/certificate.pem")
key=$(setting CERTIFICATE_KEY "${SOCAID_CERT_KEY:-}" "/etc/socaid/$SOCAID_SITE/certificate.key")
requests=$(setting REQUESTS "${SOCAID_REQUESTS:-}" 100)
internal=$(was INTERNAL_PORT)
[ -z "${SOCAID_CERT:-}" ] || [ -n "${SOCAID_CERT_KEY:-}" ] || die "有 SOCAID_CERT，缺 SOCAID_CERT_KEY" "两个一起给出。"

# 别的县不能用同一个主机名（登录的 Cookie 按主机名给，不看端口），本机内部的口也各用各的
other_counties() {
	local site settings
	for site in $(as_root_quiet ls /etc/socaid 2> /dev/null || true); do
		[ "$site" != "$SOCAID_SITE" ] || continue
		settings=$(settings_of "$site")
		[ -z "$settings" ] || echo "$site $(sed -n 's/^HOST=//p' <<< "$settings") $(sed -n 's/^INTERNAL_PORT=//p' <<< "$settings")"
	done
}
others=$(other_counties)
same=$(awk -v host="$host" '$2 == host { print $1 }' <<< "$others")
[ -z "$same" ] || die "主机名 $host 已经给了站点 $same" "每个县用自己的主机名：SOCAID_HOST=…"
if [ -z "$internal" ]; then
	internal=$SOCAID_PORT
	while awk '{ print $3 }' <<< "$others" | grep -qx "$internal"; do internal=$((internal + 1)); done
fi

configuration() { # configuration 目录 要写的站点 这个站点的设置 全部站点…
	local destdir=$1 site=$2 socketio=9000 values ports
	mapfile -t values <<< "$3"
	ports=$(sed -n 's/^HTTPS_PORT=//p' <<< "$3")
	[ "$ports" != 443 ] || ports=
	shift 3
	! bench_exists || socketio=$(config_get socketio_port)
	python3 "$ROOT/scripts/deployment.py" render "$destdir" "SITE=$site" "SITES_SERVED=$*" "${values[@]}" \
		"HTTPS_SUFFIX=${ports:+:$ports}" "MAX_BODY=50" "LOGS=/var/log/nginx/socaid" \
		"BENCH=$SOCAID_BENCH" "SITES=$SITES" "STATE=$STATE" "USER=$SOCAID_BENCH_USER" "HOME=$BENCH_HOME" \
		"BENCH_CLI=$(bench_cli_dir)" "NODE=$(command -v node || echo /usr/bin/node)" "SOCKETIO_PORT=$socketio"
}
settings="HOST=$host
HTTP_PORT=$http
HTTPS_PORT=$https
INTERNAL_PORT=$internal
CERTIFICATE=$certificate
CERTIFICATE_KEY=$key
REQUESTS=$requests"

if [ -n "${DESTDIR:-}" ]; then
	configuration "$DESTDIR" "$SOCAID_SITE" "$settings" "$SOCAID_SITE"
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
	[ "$certificate" = "/etc/socaid/$SOCAID_SITE/certificate.pem" ] || return 0
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
# 每个县排自己的队，由自己的后台进程做
for site in "${sites[@]}"; do site_config "$site" set "bench_id=$site" > /dev/null; done

# ---- 配置和服务 -------------------------------------------------------------------------

own_certificate
# nginx 要读静态文件和公开附件：www-data 进 bench 用户的组，其他人不能进
as_root usermod -aG "$(id -gn "$SOCAID_BENCH_USER")" www-data
as_root chmod g+rx,o= "$BENCH_HOME"
as_root install -d -o www-data -g adm -m 0750 /var/log/nginx/socaid
staged=$(mktemp -d)
trap 'rm -rf "$staged"' EXIT
for site in "${sites[@]}"; do
	of_site=$settings
	[ "$site" = "$SOCAID_SITE" ] || of_site=$(settings_of "$site")
	[ -z "$of_site" ] || configuration "$staged" "$site" "$of_site" "${sites[@]}" > /dev/null
done
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
# 以前的版本各县共用的后台进程
as_root systemctl stop 'socaid-worker@*'
as_root rm -f /etc/systemd/system/socaid-worker@.service
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
