import sys

from bench.commandline import main

sys.exit(main())
