# shellcheck shell=bash
# 后台进程：启动、查看、停止。在 lib.sh 之后载入。只管自己启动的进程（记在 STATE 下的 .pid 文件里）。

# 进程号后面记着启动时刻，机器重启后别的进程用了同一个号也不会误杀。
pid_of() {
	local pid started
	read -r pid started < <(as_user cat "$STATE/$1.pid" 2> /dev/null || true) || true
	[ -n "${pid:-}" ] && [ "$(cut -d' ' -f22 "/proc/$pid/stat" 2> /dev/null)" = "$started" ] && echo "$pid"
}

# spawn 名称 目录 命令…
spawn() {
	local name=$1 dir=$2
	shift 2
	AS_DIR=$dir as_user bash -c '
		state=$1 name=$2; shift 2
		mkdir -p "$state"
		setsid "$@" >> "$state/$name.log" 2>&1 < /dev/null &
		sleep 0.1
		echo "$! $(cut -d" " -f22 "/proc/$!/stat" 2> /dev/null)" > "$state/$name.pid"
	' bash "$STATE" "$name" "$@"
}

# 先请大家都停，再逐个等；正在做的后台任务有 15 秒收尾。
stop_servers() {
	local name pid i
	for name in "$@"; do
		pid=$(pid_of "$name") || continue
		as_user kill -TERM -- "-$pid" 2> /dev/null || true
	done
	for name in "$@"; do
		if pid=$(pid_of "$name"); then
			for i in $(seq 150); do
				[ -d "/proc/$pid" ] || break
				[ "$i" != 150 ] || as_user kill -KILL -- "-$pid" 2> /dev/null || true
				sleep 0.1
			done
		fi
		as_user rm -f "$STATE/$name.pid"
	done
}

port_open() { (exec 3<> "/dev/tcp/$1/$2") 2> /dev/null; }

who_listens() { as_root_quiet ss -Hltnp "sport = :$1" 2> /dev/null | sed -n 's/.*users:((\(.*\)))/\1/p' | head -n1; }

require_free_port() {
	local bind=$1 port=$2 setting=$3
	[ "$bind" != 0.0.0.0 ] || bind=127.0.0.1
	! port_open "$bind" "$port" || die "端口 $port 已被占用：$(who_listens "$port" || true)" \
		"停掉占用它的程序（也许是另一个 bench：make stop），或换一个端口，例如：make run $setting=$((port + 100))"
}

# bench 的 Redis（缓存与队列）。已有实例在应答就用它。
start_redis() {
	local kind url port i
	for kind in cache queue; do
		url=$(config_get "redis_$kind")
		port=${url##*:}
		[ "$(redis-cli -p "$port" ping 2> /dev/null)" != PONG ] || continue
		require_free_port 127.0.0.1 "$port" "SOCAID_REDIS_${kind^^}_PORT"
		spawn "redis-$kind" "$SOCAID_BENCH" redis-server "config/redis_$kind.conf"
		for i in $(seq 50); do
			[ "$(redis-cli -p "$port" ping 2> /dev/null)" != PONG ] || break
			[ "$i" != 50 ] || die "bench 的 Redis（$kind，端口 $port）没有启动起来" "看 $STATE/redis-$kind.log"
			sleep 0.1
		done
	done
}

SERVERS=(web socketio proxy worker scheduler)

servers_running() {
	local name
	for name in "${SERVERS[@]}"; do pid_of "$name" > /dev/null || return 1; done
}

# 普通用户的 PATH 里常没有 /usr/sbin
proxy_command() { command -v haproxy || echo /usr/sbin/haproxy; }

start_servers() {
	local python=$SOCAID_BENCH/env/bin/python socketio
	socketio=$(config_get socketio_port)
	require_free_port "$SOCAID_BIND" "$SOCAID_PORT" SOCAID_PORT
	require_free_port 127.0.0.1 "$socketio" SOCAID_SOCKETIO_PORT

	spawn web "$SITES" env SOCAID_SITE="$SOCAID_SITE" SITES_PATH="$SITES" "$SOCAID_BENCH/env/bin/gunicorn" \
		--bind "unix:$STATE/web.sock" --workers 2 --threads 4 --timeout 120 --graceful-timeout 5 \
		--preload socaid_app.wsgi:application
	spawn socketio "$SOCAID_BENCH" env FRAPPE_SITE="$SOCAID_SITE" \
		node --require "$BENCH_APP/scripts/bind_loopback.js" apps/frappe/socketio.js
	spawn proxy "$STATE" env SOCAID_SITE="$SOCAID_SITE" SOCAID_LISTEN="$SOCAID_BIND:$SOCAID_PORT" \
		SOCAID_WEB="$STATE/web.sock" SOCAID_REALTIME="127.0.0.1:$socketio" "$(proxy_command)" -f "$BENCH_APP/scripts/haproxy.cfg"
	spawn worker "$SITES" "$python" -m frappe.utils.bench_helper frappe worker --quiet
	spawn scheduler "$SITES" "$python" -m frappe.utils.bench_helper frappe schedule

	local host=$SOCAID_BIND i
	[ "$host" != 0.0.0.0 ] || host=127.0.0.1
	for i in $(seq 60); do
		! curl -sf --noproxy '*' --max-time 5 -o /dev/null "http://$host:$SOCAID_PORT/api/method/ping" || return 0
		{ pid_of web && pid_of proxy; } > /dev/null || break
		sleep 0.5
	done
	as_user tail -n 20 "$STATE/proxy.log" "$STATE/web.log" >&2 || true
	die "网页服务没有启动起来" "上面是 $STATE/proxy.log 和 web.log 的最后 20 行。"
}

# 记下哪些 Redis 本来就在；测试结束时只停自己启动的。
redis_before() { REDIS_BEFORE="$(pid_of redis-cache || true) $(pid_of redis-queue || true)"; }
stop_own_redis() {
	local kind pid
	for kind in queue cache; do
		pid=$(pid_of "redis-$kind" || true)
		[ -z "$pid" ] || [[ " $REDIS_BEFORE " == *" $pid "* ]] || stop_servers "redis-$kind"
	done
}
