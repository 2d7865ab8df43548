#!/usr/bin/env bash
# make run：从一台新机器到一个能登录的站点。可反复运行，已有的步骤自动跳过。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/servers.sh"
source "$ROOT/scripts/site.sh"

"$ROOT/scripts/prepare.sh"
# 刚建的用户，主目录要重新问一次
BENCH_HOME=$(user_home)

running=0
if servers_running; then running=1; else
	stop_servers "${SERVERS[@]}"
	require_free_port "$SOCAID_BIND" "$SOCAID_PORT" SOCAID_PORT
fi
start_redis

version="$(app_hash socaid_app/) $(frappe_version)"
admin_password=

# ---- 站点 -----------------------------------------------------------------------------

make_site "$SOCAID_SITE" "$version"
if ! stamp_is "migrate-$SOCAID_SITE" "$version"; then
	say "应用有变化，升级站点 $SOCAID_SITE"
	frappe_cmd --site "$SOCAID_SITE" list-apps | grep -q "^$APP" || install_app "$SOCAID_SITE"
	quietly frappe_cmd --site "$SOCAID_SITE" migrate || die "升级站点失败" "上面是最后 30 行；修好后再运行一次 make run。"
	stamp "migrate-$SOCAID_SITE" "$version"
fi

build_assets

# ---- 演示县 ---------------------------------------------------------------------------

# 每个用户一行；names 时不带密码
print_demo_users() {
	python3 -c '
import json, sys
for user in json.load(sys.stdin):
    print("   ", *(value for key, value in user.items() if sys.argv[1] == "all" or key != "password"), sep="  ")
' "$1" <<< "$demo_users"
}

demo_users=
if [ "$SOCAID_DEMO_HOUSEHOLDS" != 0 ] && ! as_user test -e "$STATE/stamp-demo-$SOCAID_SITE"; then
	say "装入演示县（约 $SOCAID_DEMO_HOUSEHOLDS 户，全部虚构）"
	demo_log=$(mktemp)
	frappe_cmd --site "$SOCAID_SITE" socaid-demo --households "$SOCAID_DEMO_HOUSEHOLDS" | tee "$demo_log" | grep -v '^DEMO-USERS ' || true
	demo_users=$(sed -n 's/^DEMO-USERS //p' "$demo_log")
	rm -f "$demo_log"
	[ -n "$demo_users" ] || die "装入演示县失败" "上面是原因。不要演示数据：make run SOCAID_DEMO_HOUSEHOLDS=0"
	stamp "demo-$SOCAID_SITE" "$(print_demo_users names)"
fi

# ---- 服务 -----------------------------------------------------------------------------

if [ $running = 1 ] && stamp_is running "$SOCAID_SITE $SOCAID_BIND:$SOCAID_PORT $version"; then
	say "服务已在运行"
else
	stop_servers "${SERVERS[@]}"
	# 邮件里的链接和后台生成的 PDF 要知道自己的地址；放在代理后面的县自己设了就不动。
	site_config="$SITES/$SOCAID_SITE/site_config.json"
	case "$(as_user python3 - "$site_config" get host_name < "$ROOT/scripts/bench_config.py")" in
		"" | http://127.0.0.1:*)
			as_user python3 - "$site_config" set "host_name=http://127.0.0.1:$SOCAID_PORT" < "$ROOT/scripts/bench_config.py" > /dev/null
			;;
	esac
	# 网页服务接在自己的代理后面（套接字文件）；县里另外点名的代理照旧算数
	case "$(as_user python3 - "$site_config" get socaid_proxy_addresses < "$ROOT/scripts/bench_config.py")" in
		"") as_user python3 - "$site_config" set 'socaid_proxy_addresses=["unix:"]' < "$ROOT/scripts/bench_config.py" > /dev/null ;;
		*unix:*) ;;
		*) warn "站点配置 socaid_proxy_addresses 里没有 unix:，来访地址会都记成本机；请补上。" ;;
	esac
	say "启动网页、实时消息、后台任务和定时服务"
	start_servers
	stamp running "$SOCAID_SITE $SOCAID_BIND:$SOCAID_PORT $version"
fi

echo
say "可以使用了：http://$SOCAID_BIND:$SOCAID_PORT"
[ "$SOCAID_BIND" = 127.0.0.1 ] || warn "服务监听在 $SOCAID_BIND，同一网络的人都能连接。正式使用请在前面放带 HTTPS 的 nginx。"
[ -z "$admin_password" ] || echo "    Administrator  $admin_password"
if [ -n "$demo_users" ]; then
	echo "  演示用户（密码只显示这一次）："
	print_demo_users all
elif as_user test -e "$STATE/stamp-demo-$SOCAID_SITE"; then
	echo "  演示用户（密码在装入时显示过一次；忘了可由 Administrator 重设）："
	as_user cat "$STATE/stamp-demo-$SOCAID_SITE"
fi
echo "  停止：make stop    日志：$STATE/"
