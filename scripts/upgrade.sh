#!/usr/bin/env bash
# make upgrade：把正在使用的站点升级到检出目录里的版本。先留底，打开维护页面，升级，检查；
# 任何一步不成，程序和数据都退回原来的样子，服务照旧。make deploy 对已有的站点也走这里。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/servers.sh"
source "$ROOT/scripts/site.sh"
source "$ROOT/scripts/upgrading.sh"

bench_exists || die "没有找到 bench：$SOCAID_BENCH" "新装请用 make run 或 make deploy。"
mapfile -t sites < <(served_sites)
[ ${#sites[@]} -gt 0 ] || die "这个 bench 上没有使用 $APP 的站点" "新装请用 make run 或 make deploy。"

# 升级只换本应用；Frappe 由 bench update 升级，换过之后同样要在这里迁移一次。
version="$(app_hash socaid_app/) $(frappe_version)"
current=1
for site in "${sites[@]}"; do stamp_is "migrate-$site" "$version" || current=0; done
if [ $current = 1 ]; then
	say "已经是这个版本，没有要升级的"
	exit 0
fi

running=0
if as_systemd || pid_of web > /dev/null; then running=1; fi

maintenance() { # on | off
	local site
	for site in "${sites[@]}"; do
		frappe_cmd --site "$site" set-maintenance-mode "$1" > /dev/null
	done
}

pause() { if as_systemd; then as_root systemctl stop 'socaid-worker*' socaid-schedule 'socaid-web@*'; else stop_servers "${SERVERS[@]}"; fi; }

resume() {
	[ $running = 1 ] || return 0
	if as_systemd; then as_root systemctl start socaid.target; else start_servers; fi
}

say "留底：程序和 ${#sites[@]} 个站点的数据库，在 $BEFORE"
keep_before "${sites[@]}"
pause
maintenance on

upgrade() {
	local site
	"$ROOT/scripts/sync.sh" || return
	start_redis
	for site in "${sites[@]}"; do
		say "升级站点 $site"
		quietly frappe_cmd --site "$site" migrate || return
		stamp "migrate-$site" "$version"
	done
	build_translations && build_assets || return
	maintenance off
	resume
	[ $running = 0 ] || for site in "${sites[@]}"; do
		healthy "$site" || { warn "站点 $site 升级后没有正常应答"; return 1; }
	done
}

# 在子进程里做：里面任何一处 die 也要退回
status=0
(upgrade) || status=$?
if [ $status != 0 ]; then
	warn "升级没有成功，退回原来的版本和数据"
	pause
	go_back
	maintenance off
	resume
	[ $running = 0 ] || for site in "${sites[@]}"; do
		healthy "$site" || die "已退回，但站点 $site 没有应答" "看日志 $STATE/；留底在 $BEFORE。"
	done
	die "升级失败，已退回原来的版本，数据是升级前的" "上面是失败的原因；修好后再运行一次。"
fi
say "升级完成；留底在 $BEFORE，确认无误后可以删除"
