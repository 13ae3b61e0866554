"""The catalogue of quality rules, the Great Expectations suites built from it, failures and the gate."""

import os

from expectations.when_asked_for import load_when_asked_for

# Great Expectations reads it when it is imported, from whichever module that is.
os.environ["GX_ANALYTICS_ENABLED"] = "false"
load_when_asked_for()
