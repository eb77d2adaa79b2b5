#!/usr/bin/env bash
# Builds JupyterLab from npm's packages in a folder and lets checks.mjs use it.
# usage: run.sh FOLDER KERNEL NOTEBOOK... Needs Debian's chromium, python3-jupyterlab-server and npm.
# Status 75: npm's registry could not be reached, nothing was checked.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
kernel=$2
shift 2
mkdir -p "$folder/work"
cp -r "$here"/. "$folder"
notebooks=()
for notebook in "$@"; do
  cp "$notebook" "$folder/work"
  notebooks+=("$(basename "$notebook")")
done
cd "$folder"

# rspack needs Node 20.19; Debian 12 has 18, and npm itself brings one.
node=node
new_enough() { "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; }
install() { npm install --no-audit --no-fund --ignore-scripts --loglevel=error "$@"; }
if ! npm ping --loglevel=error >/dev/null 2>&1 && ! npm view react@18.3.1 version --loglevel=error >/dev/null 2>&1; then
  echo "skipped: registry (npm's registry cannot be reached, JupyterLab was not built and NOT tested)"
  exit 75
fi
if ! new_enough node; then
  mkdir -p node20
  (cd node20 && npm init -y >/dev/null && npm install --no-audit --no-fund --loglevel=error node@20.19.5)
  node=$folder/node20/node_modules/node/bin/node
  new_enough "$node"
fi
start=$SECONDS
install
echo "--- $((SECONDS - start)) s: npm install"
start=$SECONDS
"$node" gen.mjs entry
"$node" node_modules/@rspack/cli/bin/rspack.js build -c rspack.config.js
test -s build/bundle.js
echo "--- $((SECONDS - start)) s: JupyterLab built"

echo '{"cells": [], "metadata": {"kernelspec": {"name": "'"$kernel"'", "display_name": "Java", "language": "java"}}, "nbformat": 4, "nbformat_minor": 5}' >work/keys.ipynb
port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
token=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
/usr/bin/python3 lab_server.py --allow-root --no-browser --ServerApp.ip=127.0.0.1 --ServerApp.port="$port" \
  --ServerApp.port_retries=0 --ServerApp.token="$token" --ServerApp.root_dir="$folder/work" >server.log 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null || true' EXIT
for _ in $(seq 300); do
  if /usr/bin/python3 -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:$port/api?token=$token')" 2>/dev/null; then break; fi
  if ! kill -0 $server; then cat server.log; exit 1; fi
  sleep 0.2
done
start=$SECONDS
"$node" services.mjs "http://127.0.0.1:$port/" "$token" "$kernel"
echo "--- $((SECONDS - start)) s: @jupyterlab/services"
start=$SECONDS
"$node" checks.mjs "http://127.0.0.1:$port" "$token" "$folder/work" "$kernel" "${notebooks[@]}" || { tail -50 server.log; exit 1; }
echo "--- $((SECONDS - start)) s: JupyterLab by keys"
