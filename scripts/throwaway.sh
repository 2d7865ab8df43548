#!/usr/bin/env bash
# 建好一个一次性的站点和它的若干副本：throwaway.sh 站点 [副本 …]
# 单独成为一个脚本，这样任何一步出错都会停下，而调用者还能说出小结。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/site.sh"

site=$1
shift
throwaway_site "$site"
[ $# = 0 ] || say "复制出 $# 个站点"
number=0 copying=()
for copy in "$@"; do
	copy_site "$site" "$copy" $((number += 1)) &
	copying+=($!)
done
for copy in "${copying[@]}"; do wait "$copy"; done
