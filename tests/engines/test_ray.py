import resource

import pytest
from large_data import LIMIT, PARTS, ROWS, free_port, limit_memory

pytest.importorskip("ray")

# No message about usage statistics, and no network for them.
OPTIONS = {"RAY_USAGE_STATS_ENABLED": "0"}


@pytest.mark.parametrize("kind", ["tasks", "actors"])
def test_workers_of_ray(way, large_data, kind):
    """Tasks and actors of Ray handle files that are together larger than their memory."""
    environment, connects = way
    script = "with_ray_connected.py" if connects else "with_ray.py"
    target = large_data.target()
    done = large_data.run(
        environment, script, kind, large_data.variables["MODEL"], large_data.source, target,
        variables=OPTIONS, preexec_fn=limit_memory,
    )  # fmt: skip

    assert f"{PARTS * ROWS} rows" in done.stdout
    large_data.check(target)


def limit_replicas():
    """Limit the memory of processes to what a replica needs, with its threads and queues."""
    resource.setrlimit(resource.RLIMIT_DATA, (2 * LIMIT, 2 * LIMIT))


def test_replicas_of_ray_serve(way, large_data):
    """Replicas of Ray Serve answer requests that are together larger than their memory."""
    environment, connects = way
    script = "with_ray_serve_connected.py" if connects else "with_ray_serve.py"
    port = free_port()
    arguments = (script, large_data.variables["MODEL"], port)
    with large_data.running(environment, *arguments, variables=OPTIONS, preexec_fn=limit_replicas):
        large_data.post_all(f"http://127.0.0.1:{port}/", times=2)
