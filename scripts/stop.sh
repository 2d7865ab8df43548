#!/usr/bin/env bash
# 停止 make run 启动的后台进程；系统的 MariaDB 与别人启动的进程不动。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/servers.sh"

stop_servers "${SERVERS[@]}"
stop_servers redis-queue redis-cache # 后台任务收尾时还要用
say "已停止"
