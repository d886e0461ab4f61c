"""Ask a real account all that the integration reads, without Home Assistant."""

import sys

from probing.command import main

if __name__ == "__main__":
    sys.exit(main())
