#!/usr/bin/env bash
# Unpacks the native libraries of our jar into the folder that DJL looks in (DJL_CACHE_DIR), so that no executor has to.
# For images, and for the nodes of other clusters. Read-only from then on.
# Usage: unpack-libtorch.sh JAR FOLDER [cpu|cu128]
#   cpu    libtorch for CPUs, which is in the jar, and DJL's library for it: 450 MB
#   cu128  DJL's library only; libtorch for CUDA 12.8 comes from elsewhere (PYTORCH_LIBRARY_PATH, PYTORCH_VERSION=2.7.1)
set -euo pipefail
flavour=${3:-cpu}
if [ $# -lt 2 ] || [ ! -f "$1" ] || { [ "$flavour" != cpu ] && [ "$flavour" != cu128 ]; }; then
  echo "usage: $0 JAR FOLDER [cpu|cu128]    (JAR: retromae-spark_2.13-0.1.0.jar)" >&2
  exit 2
fi
jar=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
mkdir -p "$2/pytorch"
cache=$(cd "$2/pytorch" && pwd)
work=$(mktemp -d "$cache/tmp.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
"${JAVA_HOME:+$JAVA_HOME/bin/}jar" xf "$jar" native/lib/pytorch.properties jnilib/pytorch.properties \
  "pytorch/$flavour/linux-x86_64" "jnilib/linux-x86_64/$flavour"

property() { sed -n "s/^$2=//p" "$1" | tr -d '\r'; }
djl=$(property jnilib/pytorch.properties jni_version)         # 2.7.1-0.36.0
version=$(property native/lib/pytorch.properties version)     # 2.7.1-20250812
[ "$flavour" = cpu ] || version=${djl%-*}                     # what PYTORCH_VERSION says
folder=$cache/$version-$flavour-linux-x86_64
if [ -e "$folder" ]; then
  echo "$folder: is there already"
  exit 0
fi
mkdir whole
[ "$flavour" != cpu ] || mv "pytorch/cpu/linux-x86_64"/* whole/
mv "jnilib/linux-x86_64/$flavour/libdjl_torch.so" "whole/${djl##*-}-libdjl_torch.so"
chmod -R a+rX whole
mv whole "$folder"
echo "$folder"
