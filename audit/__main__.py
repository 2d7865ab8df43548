import sys

from audit.run import main

sys.exit(main())
