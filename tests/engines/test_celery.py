import json

import pytest
from large_data import PARTS, limit_memory

pytest.importorskip("celery")

# A broker in a folder needs no server.
SETTINGS = """
broker_url = "filesystem://"
broker_transport_options = {"data_folder_in": "queue", "data_folder_out": "queue"}
result_backend = "file://results"
worker_send_task_events = False
"""

SEND = """
import json, sys
from with_celery import apply_model

model, source, target = sys.argv[1:]
sent = [apply_model.delay(model, f"{source}/{number}.npy", target) for number in range(%d)]
print(json.dumps([result.get(timeout=300) for result in sent]))
"""


def test_workers_of_celery(way, large_data):
    """Two processes of a worker of Celery handle files that are together larger than memory."""
    environment, connects = way
    for folder in ("queue", "results"):
        (large_data.folder / folder).mkdir(exist_ok=True)
    (large_data.folder / "settings.py").write_text(SETTINGS)
    variables = {"CELERY_CONFIG_MODULE": "settings"}
    target = large_data.target()
    options = ("--concurrency=2", "--without-gossip", "--without-mingle", "--without-heartbeat")
    set_up = ("--include=connecting",) if connects else ()
    arguments = ("-m", "celery", "--app=with_celery", "worker", *options, *set_up)
    worker = large_data.running(
        environment, *arguments, variables=variables, preexec_fn=limit_memory
    )
    with worker:
        done = large_data.run(
            environment, "-c", SEND % PARTS, large_data.variables["MODEL"], large_data.source,
            target, variables=variables,
        )  # fmt: skip

    assert len(json.loads(done.stdout)) == PARTS
    large_data.check(target)
