"""Prints what MLflow's and TensorBoard's own readers find of a run, as JSON: URI RUN_ID TENSORBOARD_FOLDER."""

import json
import sys

import mlflow
from tensorboard.backend.event_processing import data_provider, event_accumulator, plugin_event_multiplexer
from tensorboard.context import RequestContext
from tensorboard.plugins import base_plugin
from tensorboard.plugins.hparams import api_pb2, backend_context, list_session_groups

uri, run_id, folder = sys.argv[1:]
client = mlflow.MlflowClient(tracking_uri=uri)
run = client.get_run(run_id)
siblings = client.search_runs([run.info.experiment_id])


def artifacts(path=None):
    for entry in client.list_artifacts(run_id, path):
        if entry.is_dir:
            yield from artifacts(entry.path)
        else:
            yield entry.path


events = event_accumulator.EventAccumulator(folder, size_guidance={"scalars": 0, "tensors": 0})
events.Reload()

multiplexer = plugin_event_multiplexer.EventMultiplexer().AddRunsFromDirectory(folder)
multiplexer.Reload()
provider = data_provider.MultiplexerDataProvider(multiplexer, folder)
context = backend_context.Context(base_plugin.TBContext(data_provider=provider, logdir=folder))
request = RequestContext()
metadata = context.hparams_metadata(request, "")
experiment = context.experiment_from_metadata(
    request, "", True, metadata, context.hparams_from_data_provider(request, "", 1000))
groups = list_session_groups.Handler(
    request, context, "", api_pb2.ListSessionGroupsRequest(
        slice_size=10, start_index=0, allowed_statuses=list(api_pb2.Status.values()),
        include_metrics=True)).run().session_groups

json.dump({
    "runs": len(siblings),
    "status": run.info.status,
    "params": run.data.params,
    "tags": run.data.tags,
    "metrics": {key: [[m.step, str(m.value)] for m in client.get_metric_history(run_id, key)] for key in run.data.metrics},
    "artifacts": {path: client.download_artifacts(run_id, path) for path in artifacts()},
    "scalars": {tag: [[e.step, str(e.value)] for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]},
    "settings": [e.tensor_proto.string_val[0].decode() for e in events.Tensors("settings")],
    "hparams": {key: str(value) for group in groups for key, value in group.hparams.items()},
    "session_metrics": len(experiment.metric_infos),
    "session_status": [api_pb2.Status.Name(s.status) for group in groups for s in group.sessions],
}, sys.stdout)
