"""Celery: its settings. The queue is a folder, so nothing else has to run; yours is a broker."""

from pathlib import Path

queue, results = Path("queue").absolute(), Path("results").absolute()
for folder in (queue, results):
    folder.mkdir(exist_ok=True)

broker_url = "filesystem://"
broker_transport_options = {"data_folder_in": str(queue), "data_folder_out": str(queue)}
result_backend = results.as_uri()
