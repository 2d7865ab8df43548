#!/usr/bin/env bash
# 建好一个一次性的站点。单独成为一个脚本，这样任何一步出错都会停下，而调用者还能说出小结。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/site.sh"

throwaway_site "$1"
