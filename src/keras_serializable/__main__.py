"""`python -m keras_serializable`: the command, where its script is not on the path."""

import sys

from keras_serializable._cli import main

if __name__ == "__main__":
    sys.exit(main())
