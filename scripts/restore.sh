#!/usr/bin/env bash
# make restore：在另一台机器上，从备份库恢复一个站点，与备份时的清单逐表、逐文件比对，报告每一步用的时间。
# FROM=备份库 KEY=密钥文件 SITE_WAS=原来的站点名 SOCAID_SITE=新的站点名（可以相同）。远程库的凭据按 restic 的环境变量给出。
# 恢复出来的站点先不对外：维护模式，定时任务和邮件停着；核对以后由管理员打开。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/servers.sh"
source "$ROOT/scripts/site.sh"

[ -n "${FROM:-}" ] && [ -r "${KEY:-}" ] || die "用 FROM=备份库 KEY=密钥文件 指出从哪里恢复" "密钥文件是备份时另存的那一份（manual/backup.zh.md）。"
was=${SITE_WAS:-$SOCAID_SITE}
"$ROOT/scripts/prepare.sh"
BENCH_HOME=$(user_home)
! site_exists "$SOCAID_SITE" || stamp_is "site-$SOCAID_SITE" restoring \
	|| die "这里已经有站点 $SOCAID_SITE" "换一个名字：SOCAID_SITE=…；恢复不覆盖已有的站点。"
start_redis

restored=$SOCAID_BENCH/restored/$SOCAID_SITE
began=$SECONDS
took() { say "$1：$((SECONDS - began)) 秒"; began=$SECONDS; }

as_user rm -rf "$restored" "$SITES/$SOCAID_SITE"
stamp "site-$SOCAID_SITE" restoring
as_user mkdir -p -m 0700 "$SOCAID_BENCH/restored" "$restored"
# 密钥只让 bench 用户读一会儿
as_user sh -c 'umask 077; cat > "$1/key"' sh "$restored" < "$KEY"
as_user env RESTIC_REPOSITORY="$FROM" RESTIC_PASSWORD_FILE="$restored/key" \
	restic restore latest --host "$was" --target "$restored/copy" > /dev/null \
	|| die "取不回副本" "核对 FROM、KEY；原来的站点名不是 $was 的，用 SITE_WAS 指出（restic snapshots 可列出）。"
as_user rm "$restored/key"
took "取回副本"

as_user sh -c 'mkdir -p "$1/public" "$1/private/backups" "$1/locks" "$1/logs"; umask 077; echo "{}" > "$1/site_config.json"
	cp -r "$2/public/files" "$1/public/"; cp -r "$2/private/files" "$1/private/"' sh "$SITES/$SOCAID_SITE" "$restored/copy"
database=$(new_database "$SOCAID_SITE")
# 新版本 mariadb-dump 的第一行旧客户端读不懂；视图的所有者在这里不存在
as_user sed -e '/^\/\*M\?!999999\\- enable the sandbox mode/d' -e 's/DEFINER=[^ ]* SQL SECURITY DEFINER//' "$restored/copy/database.sql" \
	| db_admin mariadb "$database" || die "数据库装不进去"
as_user python3 - "$restored/copy/site_config.json" "$SITES/$SOCAID_SITE/site_config.json" <<- 'PYTHON'
	import json, sys
	was, now = (json.load(open(path)) for path in sys.argv[1:])
	# 数据库账号是这里的；排队用的名字由 make deploy 另给
	kept = {key: value for key, value in was.items() if not key.startswith("db_") and key != "bench_id"}
	quiet = {"maintenance_mode": 1, "pause_scheduler": 1, "mute_emails": 1}
	json.dump(kept | now | quiet, open(sys.argv[2], "w"), indent=1, sort_keys=True)
PYTHON
frappe_cmd --site "$SOCAID_SITE" clear-cache
took "装入数据库和附件"

frappe_cmd --site "$SOCAID_SITE" socaid-compare-restored "$restored/copy" || die "恢复出来的与备份时不同" "上面是不同之处；不要启用这个站点。"
took "比对"
as_user rm -rf "$restored"

version="$(app_hash socaid_app/) $(frappe_version)"
quietly frappe_cmd --site "$SOCAID_SITE" migrate || die "升级站点失败" "上面是最后 30 行。"
stamp "migrate-$SOCAID_SITE" "$version"
stamp "site-$SOCAID_SITE" ready
stop_servers redis-queue redis-cache
took "升级到这里的版本"
echo
say "站点 $SOCAID_SITE 已恢复，现在停在维护模式。核对无误后启用："
echo "    bench --site $SOCAID_SITE set-config mute_emails 0"
echo "    bench --site $SOCAID_SITE set-config pause_scheduler 0"
echo "    bench --site $SOCAID_SITE set-maintenance-mode off"
echo "    make deploy SOCAID_SITE=$SOCAID_SITE        # 或 make run"
