#!/usr/bin/env bash
# make test-counties：两个县在同一个 bench 上，各一个真实站点：一个县排一万件任务，另一个县的照常做完；
# 密钥、数据库账号、备份各是各的；一个县的备份，在另一个县删掉以后恢复出来（tests/counties/）。几分钟；用过就删。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/servers.sh"
source "$ROOT/scripts/site.sh"

a=county-a.localhost b=county-b.localhost restored=county-restored.localhost
bench_exists || "$ROOT/scripts/prepare.sh"
BENCH_HOME=$(user_home)
redis_before
kept=$(as_user mktemp -d)
finish() {
	local site
	for site in "$a" "$b" "$restored"; do discard_site "$site" || true; done
	as_user rm -rf "$kept" "$SOCAID_BENCH/backup-keys/$a" "$SOCAID_BENCH/backup-work/$a"
	stop_own_redis
}
trap finish EXIT
"$ROOT/scripts/sync.sh"
start_redis
queue=$(config_get redis_queue)
for site in "$a" "$b"; do
	"$ROOT/scripts/throwaway.sh" "$site"
	# 排队放在 Redis 的另一个库：不碰这个 bench 上别的站点排着的任务
	site_config "$site" set "bench_id=$site" "redis_queue=$queue/15" > /dev/null
done
redis-cli -p "${queue##*:}" -n 15 flushdb > /dev/null

AS_DIR=$BENCH_APP as_user env SITE_A="$a" SITE_B="$b" BACKUP_OF_A="$kept/backups" SITES_PATH="$SITES" PYTHONPATH="$BENCH_APP" \
	"$SOCAID_BENCH/env/bin/python" -m pytest -p no:cacheprovider -q -s tests/counties

say "删掉 $b，只凭备份和密钥恢复 $a"
drop_site "$b"
key=$(as_user sh -c 'ls "$1"/*.key' sh "$SOCAID_BENCH/backup-keys/$a")
as_user cat "$key" > "$kept/key" # 另存的那一份
FROM=$kept/backups KEY=$kept/key SITE_WAS=$a SOCAID_SITE=$restored "$ROOT/scripts/restore.sh"
start_redis
say "两个县互不影响，都通过"
