#!/bin/sh
# Makes fixtures/source-maps: bundles the program there with esbuild in /srv/app/invoices, which must not exist, and
# records the bundle. Writes the bundle, its source map and the profile.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
fixtures="$root/fixtures/source-maps"
app=/srv/app/invoices
mkdir -p /srv/app
mkdir "$app" "$app/node_modules"
cp -r "$fixtures/program/src" "$app/src"
cp -r "$fixtures/program/tiny-hash" "$app/node_modules/tiny-hash"
cd "$app"
"$root/node_modules/.bin/esbuild" src/main.ts --bundle --minify --sourcemap --platform=node --format=cjs \
  --target=node20 --outfile=built/app.js
node --cpu-prof --cpu-prof-interval=500 --cpu-prof-name=app.cpuprofile built/app.js
mkdir -p "$fixtures/built"
cp built/app.js built/app.js.map "$fixtures/built/"
cp app.cpuprofile "$fixtures/app.cpuprofile"
chmod 644 "$fixtures/app.cpuprofile"
rm -r "$app"
