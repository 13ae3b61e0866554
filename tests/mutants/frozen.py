"""What is imported before mutants get their processes stays: collecting garbage need not look through it each time."""

import gc

gc.freeze()
