#!/usr/bin/env bash
# 容器里的两件一次性的事（compose.yaml 的 configure 和 setup）：
#   setup.sh configure   写出 nginx 和 MariaDB 的设置，按本机大小估算；不需要数据库
#   setup.sh site        没有站点就新建，有就升级；密码从 /run/secrets 读
set -euo pipefail

bench=/opt/frappe/frappe-bench
app=$bench/apps/socaid_app
cd "$bench/sites"
frappe() { "$bench/env/bin/python" -m frappe.utils.bench_helper frappe "$@"; }
config() { "$bench/env/bin/python" "$app/scripts/bench_config.py" "$@"; }

configure() {
	python3 "$app/scripts/deployment.py" render /etc/socaid/rendered "SITE=$SITE" "SITES_SERVED=$SITE" "HOST=$HOST" \
		HTTP_PORT=8080 HTTPS_PORT=8443 "HTTPS_SUFFIX=${HTTPS_SUFFIX:-}" INTERNAL_PORT=8000 INTERNAL=nginx:8000 REALTIME=realtime:9000 SOCKETIO_PORT=9000 \
		DB_BIND=0.0.0.0 SLOW_LOG=/var/lib/mysql/socaid-slow.log "REQUESTS=${REQUESTS:-100}" MAX_BODY=50 LOGS=/var/log/socaid \
		CERTIFICATE=/run/secrets/certificate CERTIFICATE_KEY=/run/secrets/certificate_key \
		CONFIG="/etc/socaid/rendered/etc/socaid/$SITE" PAGES=/etc/socaid/rendered/etc/socaid/pages "BENCH=$bench" "SITES=$bench/sites" \
		STATE=/run/socaid USER=frappe HOME=/opt/frappe BENCH_CLI=/opt/bench/bin NODE=/usr/bin/node > /dev/null
	cp "$app/deploy/containers/nginx.conf" /etc/socaid/rendered/
}

site() {
	mkdir -p assets && cp -r ../built-assets/. assets/ && printf 'frappe\nsocaid_app\n' > apps.txt
	[ -f common_site_config.json ] || echo '{}' > common_site_config.json
	chmod 600 common_site_config.json
	PASSWORD=$(cat /run/secrets/database_password) config common_site_config.json set db_host=mariadb db_port=3306 \
		redis_cache=redis://redis-cache:6379 redis_queue=redis://redis-queue:6379 socketio_port=9000 \
		root_login=root root_password=@PASSWORD 'workers={"backup": {"timeout": 43200, "background_workers": 1}}' > /dev/null
	# 建到一半停了的，从头再建
	if [ ! -f "$SITE/.ready" ]; then
		frappe new-site "$SITE" --force --mariadb-user-host-login-scope=% --db-root-username root --admin-password "$(head -c 18 /dev/urandom | base64)"
		frappe --site "$SITE" install-app socaid_app
		SOCAID_ADMIN_PASSWORD=$(cat /run/secrets/administrator_password) "$bench/env/bin/python" "$app/scripts/site.py" "$SITE" setup
		frappe --site "$SITE" enable-scheduler
		touch "$SITE/.ready"
	fi
	config "$SITE/site_config.json" set "bench_id=$SITE" "host_name=https://$HOST${HTTPS_SUFFIX:-}" 'socaid_proxy_addresses=["unix:"]' > /dev/null
	frappe --site "$SITE" migrate
}

"$1"
