#!/usr/bin/env bash
# Installs into a virtual environment, for the user and under a prefix, as people do: again, under another name, from a
# folder that moves away, into a folder that moves. A client runs a notebook each time; removal leaves no file.
# usage: installs.sh FOLDER RELEASE NOTEBOOK (an empty folder to work in, an unpacked release, a notebook)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
notebook=$(realpath "$3")
mkdir -p "$folder"
cp -r "$2" "$folder/first"
cd "$folder"
unset JUPYTER_PATH JUPYTER_DATA_DIR XDG_DATA_HOME XDG_CONFIG_HOME VIRTUAL_ENV CONDA_PREFIX
export HOME=$folder/home
mkdir "$HOME"
cp "$notebook" hello.ipynb

say() { printf '    installs: %s\n' "$*"; }
fail() {
  say "FAILED: $*"
  exit 1
}
# works PYTHON [NAME]: a client finds the kernel and runs the notebook on it.
works() { "$1" "$here/notebooks.py" "${2:-lazuli}" 240 hello.ipynb; }
# none FOLDER...: nothing but folders is there, and no half an install either.
none() {
  local left
  left=$(find "$@" \( -not -type d -o -name '.lazuli-*' \) 2>/dev/null) || true
  [ -z "$left" ] || fail "left behind: $left"
}
# kernels DATA: the kernels of a Jupyter data directory, and what else lies beside them.
kernels() { (cd "$1" && find . -mindepth 1 -maxdepth 2 | sort | tr '\n' ' '); }

say "into a virtual environment"
/usr/bin/python3 -m venv --system-site-packages --without-pip venv
find venv -not -type d | sort >venv.before
VIRTUAL_ENV=$folder/venv first/lazuli install --sys-prefix
works venv/bin/python

say "the folder that it was installed from moves: the kernel is its own"
mv first second
works venv/bin/python

say "again, from the new place: one kernel, nothing beside it"
VIRTUAL_ENV=$folder/venv second/lazuli install --sys-prefix
[ "$(kernels venv/share/jupyter)" = "./kernels ./kernels/lazuli " ] || fail "$(kernels venv/share/jupyter)"
works venv/bin/python
VIRTUAL_ENV=$folder/venv second/lazuli uninstall --sys-prefix
find venv -not -type d | sort | diff venv.before - || fail "the environment is not as it was"
none venv/share/jupyter

say "for the user, twice, with JVM options of the user's own"
second/lazuli install --user
options=$HOME/.config/lazuli/jvm.options
[ -f "$options" ] || fail "no $options"
echo -Dlazuli.e2e=kept >"$options"
second/lazuli install --user
[ "$(cat "$options")" = -Dlazuli.e2e=kept ] || fail "the options were lost"
[ "$(kernels "$HOME/.local/share/jupyter")" = "./kernels ./kernels/lazuli " ] || fail "$(kernels "$HOME/.local/share/jupyter")"
works /usr/bin/python3
[ -s "$HOME/.local/share/lazuli/history.jsonl" ] || fail "no history in the user's home"
second/lazuli doctor >doctor.txt || { cat doctor.txt; fail "doctor found a fault"; }
grep -q '^kernelspec lazuli  *ok ' doctor.txt || { cat doctor.txt; fail "doctor does not see the kernel"; }
second/lazuli uninstall --user | tee removed.txt
grep -qF "kept your JVM options in $options" removed.txt || fail "the user's options are not told of"
rm "$options"
second/lazuli install --user --as lazuli-2
works /usr/bin/python3 lazuli-2
second/lazuli uninstall --user --as lazuli-2
none "$HOME/.local/share/jupyter/kernels" "$HOME/.config"

say "under a prefix, as java, removed by Jupyter"
second/lazuli install --prefix prefix --as java
JUPYTER_PATH=$folder/prefix/share/jupyter works /usr/bin/python3 java
JUPYTER_PATH=$folder/prefix/share/jupyter /usr/bin/jupyter kernelspec remove -f java
none prefix

say "the prefix moves: doctor names it, a second install mends it"
second/lazuli install --prefix prefix
mv prefix moved
export JUPYTER_PATH=$folder/moved/share/jupyter
if second/lazuli doctor >doctor.txt; then fail "doctor found no fault"; fi
grep -q 'was moved here from' doctor.txt || { cat doctor.txt; fail "doctor does not name the move"; }
second/lazuli install --prefix moved
second/lazuli doctor >doctor.txt || { cat doctor.txt; fail "still broken"; }
works /usr/bin/python3
second/lazuli uninstall --prefix moved
none moved

if pgrep -f "$folder/(venv|home|prefix|moved|second)"; then fail "processes were left behind"; fi
say "passed"
