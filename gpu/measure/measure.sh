#!/usr/bin/env bash
# Checks one GPU against float64 and measures it beside the PyTorch found here; writes one dated table.
#
#   bash measure.sh [--device sim] [--out FILE] [--seconds N]
#
# Needs an NVIDIA driver for CUDA 12.0 or later and nothing else; PyTorch's column needs a python3 with torch (name
# another with LAZULI_PYTHON). Ends within eight minutes: a line that fails or takes too long is written as such.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
java=${LAZULI_JAVA:+$LAZULI_JAVA/bin/java}
if [ -z "$java" ]; then
  own=$here/java/bin/java
  if [ ! -x "$own" ]; then
    tar -C "$here" -xJf "$here/java.tar.xz" 2>/dev/null ||
      python3 -c 'import sys, tarfile; tarfile.open(sys.argv[1], "r:xz").extractall(sys.argv[2])' "$here/java.tar.xz" "$here"
  fi
  java=$own
fi
device=cuda
previous=
for argument in "$@"; do
  [ "$previous" = --device ] && device=$argument
  previous=$argument
done
python=${LAZULI_PYTHON:-$(command -v python3 || true)}
peer=()
if [ -n "$python" ]; then
  [ "$device" = cuda ] && peer=(--peer "$python" "$here/peer.py" cuda) || peer=(--peer "$python" "$here/peer.py" cpu)
fi
command -v nvidia-smi >/dev/null && nvidia-smi --query-gpu=name,driver_version,clocks.sm,power.draw,temperature.gpu --format=csv
# The clock of the table is seven minutes; this one ends what hangs inside a call.
exec timeout --kill-after=10 470 "$java" --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector \
  -Dlazuli.cuda=untested -cp "$here/lib/*" lazuli.gpu.measure.Measure "$@" ${peer[@]+"${peer[@]}"}
