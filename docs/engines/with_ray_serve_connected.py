"""Ray Serve, without autoload: each worker process calls `connect()` when it starts."""

import sys

import ray
import with_ray_serve

import keras_serializable

ray.init(runtime_env={"worker_process_setup_hook": keras_serializable.connect})
with_ray_serve.main(*sys.argv[1:])
