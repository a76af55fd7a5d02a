"""Ray, without autoload: each worker process calls `connect()` when it starts."""

import sys

import ray
import with_ray

import keras_serializable

ray.init(num_cpus=2, runtime_env={"worker_process_setup_hook": keras_serializable.connect})
with_ray.main(*sys.argv[1:])
