#!/usr/bin/env bash
# Trains on Kubernetes, the driver in a pod, from the image of deploy/docker and the files beside this script.
# Usage: SPARK_HOME=DIR KUBERNETES=https://HOST:443 IMAGE=REGISTRY/retromae-spark:0.1.0 [NAMESPACE=default] [EXECUTOR=cpu|gpu]
#        pretrain.sh [options of spark-submit]
# What is trained says the ConfigMap retromae-recipe (recipe.yaml). Number, cores and memory of executors follow from it
# ('submit/retromae pretrain -c ... --dry-run' shows them), unless options say otherwise.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
executor=${EXECUTOR:-cpu}
gpu=()
if [ "$executor" = gpu ]; then
  gpu=(--conf spark.executor.resource.gpu.amount=1 --conf spark.executor.resource.gpu.vendor=nvidia.com
    --conf spark.executor.resource.gpu.discoveryScript=/opt/spark/examples/src/main/scripts/getGpusResources.sh
    --conf spark.task.resource.gpu.amount=1)
fi
exec "${SPARK_HOME:?names a Spark distribution}/bin/spark-submit" \
  --master "k8s://${KUBERNETES:?URL of the API server, see kubectl cluster-info}" --deploy-mode cluster \
  --name retromae-pretrain --class io.retromae.submit.Main --properties-file "$here/../../conf/spark-kubernetes.conf" \
  --conf spark.kubernetes.container.image="${IMAGE:?image made by deploy/docker/Dockerfile}" \
  --conf spark.kubernetes.namespace="${NAMESPACE:-default}" \
  --conf spark.kubernetes.authenticate.driver.serviceAccountName=retromae-spark \
  --conf spark.kubernetes.authenticate.executor.serviceAccountName=retromae-executor \
  --conf spark.kubernetes.driver.podTemplateFile="$here/driver.yaml" \
  --conf spark.kubernetes.executor.podTemplateFile="$here/executor-$executor.yaml" \
  --conf spark.driver.memory=2g \
  --conf spark.decommission.enabled=true --conf spark.storage.decommission.enabled=true \
  --conf spark.kubernetes.executor.terminationGracePeriodSeconds=300 \
  ${gpu[@]+"${gpu[@]}"} "$@" \
  local:///opt/retromae/retromae-spark.jar \
  pretrain -c /opt/retromae/conf/retromae.yaml -c /opt/retromae/recipe/pretrain.yaml
