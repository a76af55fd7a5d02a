"""`python -m keras_serializable_build`."""

import sys

from keras_serializable_build._main import main

sys.exit(main())
