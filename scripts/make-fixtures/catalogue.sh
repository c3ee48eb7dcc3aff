#!/bin/sh
# Records the catalogue with and without its cache, five runs each, in turn: `sh scripts/make-fixtures/catalogue.sh python3.11`.
# A and B in turn, because a machine is not as fast in one minute as in the next.
set -eu
python=${1:-python3}
here=$(cd "$(dirname "$0")/../.." && pwd)
work=/srv/app/catalogue
mkdir -p "$work" "$here/fixtures/diff-runs"
record() {
  cp "$here/fixtures/programs/catalogue/catalogue.py" "$1" "$work/"
  (cd "$work" && $python -B -m cProfile -o "$here/fixtures/diff-runs/$2" catalogue.py > /dev/null)
}
for run in 1 2 3 4 5; do
  record "$here/fixtures/programs/catalogue/cached/categories.py" "cached-$run.pstats"
  record "$here/fixtures/programs/catalogue/categories.py" "uncached-$run.pstats"
done
