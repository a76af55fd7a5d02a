"""`python -m keras_serializable_build`."""

import sys

from keras_serializable_build._command import main

sys.exit(main())
