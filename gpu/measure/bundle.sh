#!/usr/bin/env bash
# Packs a Java runtime, the arrays, the GPU backend and the measurement into one folder, for a machine that has an
# NVIDIA driver and no Java:
#
#   gpu/measure/bundle.sh [FOLDER]        (default: gpu/target/bundle; needs a JDK 25 and the compiled modules)
#
# Copy the folder over and run it there: bash FOLDER/measure.sh
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
out=${1:-$root/gpu/target/bundle}
jdk=${LAZULI_JAVA:-${JAVA_HOME:-}}
[ -x "$jdk/bin/jlink" ] || jdk=$(for d in /usr/lib/jvm/*25*; do [ -x "$d/bin/jlink" ] && echo "$d" && break; done)
[ -x "$jdk/bin/jlink" ] || { echo "no JDK 25 with jlink was found; name one with LAZULI_JAVA" >&2; exit 2; }
for module in array gpu; do
  [ -d "$root/$module/target/classes/lazuli" ] || { echo "$module is not compiled; run mvn test-compile" >&2; exit 2; }
done
rm -rf "$out"
mkdir -p "$out/lib"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Stored uncompressed inside the image, so that xz sees plain bytes: a third smaller than the image's own compression.
modules=java.base,java.logging,java.management,java.xml,jdk.incubator.vector,jdk.management,jdk.unsupported,jdk.zipfs
options=(--add-modules "$modules" --strip-debug --no-header-files --no-man-pages --compress zip-0 --output "$work/java")
[ -d "$jdk/jmods" ] && options+=(--module-path "$jdk/jmods")
"$jdk/bin/jlink" "${options[@]}"
rm -rf "$work/java/legal"
tar -C "$work" --owner=0 --group=0 --mtime=@0 --sort=name -cf - java | xz -6 -T2 >"$out/java.tar.xz"

for module in array gpu; do
  "$jdk/bin/jar" --create --file "$out/lib/lazuli-$module.jar" -C "$root/$module/target/classes" .
done
repository=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
for pattern in 'org/jcuda/jcuda/*/jcuda-[0-9]*.jar' 'org/jcuda/jcuda-natives/*/jcuda-natives-*-linux-x86_64.jar' \
  'org/jspecify/jspecify/*/jspecify-[0-9]*.jar' 'org/ejml/ejml-core/*/ejml-core-[0-9]*.jar' \
  'org/ejml/ejml-ddense/*/ejml-ddense-[0-9]*.jar'; do
  # The newest, where there are several.
  jar=$(cd "$repository" && compgen -G "$pattern" | grep -v -e -sources -e -javadoc | sort -V | tail -1) ||
    { echo "$pattern is not in $repository; run mvn test-compile" >&2; exit 2; }
  cp "$repository/$jar" "$out/lib/"
done
cp "$root/gpu/measure/peer.py" "$root/gpu/measure/measure.sh" "$out/"
du -sh "$out" | sed 's/\t/ in /'
