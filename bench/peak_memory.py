"""Runs the command in the arguments and prints the most memory that it had, in bytes.

Standard input is the command's; its output is dropped. A child begins with the peak of the process
that made it, so this one must stay small.
"""

import resource
import subprocess
import sys

done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(peak * (1 if sys.platform == "darwin" else 1024))
sys.exit(done.returncode)
