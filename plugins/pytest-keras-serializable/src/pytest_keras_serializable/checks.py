"""The checks of the compliance suite: the name of each, as it stands in the report of pytest."""

from __future__ import annotations

LOADS = "loads_alone"
"""Each advertised key loads in a process that has imported nothing else of the distribution."""
IMPORTS = "imports_no_more_than_it_needs"
"""Looking a key up imports only those modules of the distribution that it needs."""
NAME = "is_saved_under_an_advertised_key"
"""The key that Keras writes into a file is advertised."""
CONFIG = "comes_back_from_its_config"
"""The object comes back from its config, through Keras and through keras_serializable."""
FILES = ["comes_back_from_keras_file", "comes_back_from_h5_file"]
"""A tiny model with the object, loaded in another process, behaves as the saved one."""
OTHERS = "every_other_key_of_the_package"
"""All checks of a key, for keys that only importing the package's module tells."""
TABLE = "table_has_every_key"
"""The installed table has each key that the source registers."""
SOURCE = "source_can_be_followed"
"""It can be told from the source what each decorator registers."""
WHEEL = "wheel_has_the_table"
"""The wheel that is built from the project has the table that is installed."""

OF_ENTRY_POINT = [LOADS, IMPORTS]
OF_KEY = [LOADS, NAME, CONFIG, *FILES]
OF_DISTRIBUTION = [TABLE, SOURCE, WHEEL]
