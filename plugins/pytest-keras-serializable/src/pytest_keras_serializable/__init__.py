"""Tests a plugin of Keras: fixtures, and a suite that one line of configuration turns on.

```toml
[tool.pytest.ini_options]
keras_serializable_distribution = "acme-layers"
```
"""

from pytest_keras_serializable.examples import Example
from pytest_keras_serializable.processes import FinishedProcess, run_process

__all__ = ["Example", "FinishedProcess", "run_process"]
