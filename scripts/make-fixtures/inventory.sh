#!/bin/sh
# Records fixtures/pstats/inventory*.pstats again, and the counts and rows that tests compare them with.
# See fixtures/programs/inventory/README.md. Takes half a minute and needs an idle machine.
#
#   scripts/make-fixtures/inventory.sh [slow] [fixed] [cached]      default: all three
#
# PYTHON      the interpreter; its standard library must lie at a path that may be published
# ROUND_TRIP  seconds that a query for categories sleeps, where not the default of store/database.py
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
program=$root/fixtures/programs/inventory
out=$root/fixtures/pstats
python=${PYTHON:-/usr/bin/python3}
# Profiles carry absolute paths, so the program runs where a developer might keep it, not in this checkout.
shop=/home/dev/shop

[ ! -e "$shop" ] || { echo "inventory.sh: $shop exists; move it away first" >&2; exit 1; }
trap 'cd "$root"; rm -rf "$shop"; rmdir "$(dirname "$shop")" 2>/dev/null || true' EXIT

for variant in ${*:-slow fixed cached}; do
  case $variant in
    slow) suffix= ;;
    *) suffix=-$variant ;;
  esac
  rm -rf "$shop"
  mkdir -p "$shop"
  cp -R "$program/inventory.py" "$program/setup_database.py" "$program/store" "$shop/"
  [ "$variant" = slow ] || cp -R "$program/$variant/." "$shop/"
  cp "$program/count_calls.py" "$shop/"
  cd "$shop"
  "$python" setup_database.py
  # First without a profiler: counts the calls, and leaves compiled modules behind, as on any day but the first.
  "$python" count_calls.py > counts.json
  "$python" -m cProfile -o run.pstats inventory.py
  if grep -q -a -e "$root" -e "${HOME:-/root}/" run.pstats; then
    echo "inventory.sh: inventory$suffix.pstats carries paths of this machine" >&2
    exit 1
  fi
  cp run.pstats "$out/inventory$suffix.pstats"
  "$python" "$root/scripts/make-fixtures/pstats-expected.py" "$out/inventory$suffix.pstats"
  "$python" -m json.tool counts.json > "$program/truth$suffix.json"
  cd "$root"
done
