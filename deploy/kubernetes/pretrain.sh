#!/usr/bin/env bash
# Trains on Kubernetes, the driver in a pod, from the image of deploy/docker and the files beside this script.
# Usage: SPARK_HOME=DIR KUBERNETES=https://HOST:443 IMAGE=REGISTRY/retromae-spark:0.1.0 [NAMESPACE=default] [EXECUTOR=cpu|gpu]
#        pretrain.sh [--dry-run] [options of spark-submit]
# What is trained says the ConfigMap retromae-recipe (recipe.yaml). Number, cores and memory of executors follow from it
# ('--dry-run' shows them, from the recipe.yaml beside this script, and starts nothing), unless options say otherwise.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
executor=${EXECUTOR:-cpu}
case "$executor" in
  cpu | gpu) ;;
  *) echo "EXECUTOR = $executor: must be cpu or gpu" >&2; exit 2 ;;
esac
gpu=()
if [ "$executor" = gpu ]; then
  gpu=(--conf spark.executor.resource.gpu.amount=1 --conf spark.executor.resource.gpu.vendor=nvidia.com
    --conf spark.executor.resource.gpu.discoveryScript=/opt/spark/examples/src/main/scripts/getGpusResources.sh
    --conf spark.task.resource.gpu.amount=1)
fi
export SPARK_HOME=${SPARK_HOME:?names a Spark distribution}
options=(--master "k8s://${KUBERNETES:?URL of the API server, see kubectl cluster-info}" --deploy-mode cluster
  --name retromae-pretrain --properties-file "$root/conf/spark-kubernetes.conf"
  --conf spark.kubernetes.container.image="${IMAGE:?image made by deploy/docker/Dockerfile}"
  --conf spark.kubernetes.namespace="${NAMESPACE:-default}"
  --conf spark.kubernetes.authenticate.driver.serviceAccountName=retromae-spark
  --conf spark.kubernetes.authenticate.executor.serviceAccountName=retromae-executor
  --conf spark.kubernetes.driver.podTemplateFile="$here/driver.yaml"
  --conf spark.kubernetes.executor.podTemplateFile="$here/executor-$executor.yaml"
  --conf spark.driver.memory=2g
  --conf spark.decommission.enabled=true --conf spark.storage.decommission.enabled=true
  --conf spark.kubernetes.executor.terminationGracePeriodSeconds=300
  ${gpu[@]+"${gpu[@]}"})
jar=local:///opt/retromae/retromae-spark.jar
job=(pretrain -c /opt/retromae/conf/retromae.yaml -c /opt/retromae/recipe/pretrain.yaml)

for option in "$@"; do
  [ "$option" = --dry-run ] || continue
  # This machine need not have what the image and the ConfigMap have: a folder stands for /opt/retromae.
  image=$(mktemp -d)
  trap 'rm -rf "$image"' EXIT
  ln -s "$root/conf" "$image/conf"
  mkdir "$image/recipe"
  awk '/^  pretrain\.yaml: \|/ { inside = 1; next } inside && /^ ? ?[^ ]/ { exit } inside { print substr($0, 5) }' \
    "$here/recipe.yaml" >"$image/recipe/pretrain.yaml"
  RETROMAE_IMAGE=$image RETROMAE_JAR=$jar "$root/submit/retromae" "${job[@]}" "${options[@]}" "$@"
  exit
done

exec "$SPARK_HOME/bin/spark-submit" --class io.retromae.submit.Main "${options[@]}" "$@" "$jar" "${job[@]}"
