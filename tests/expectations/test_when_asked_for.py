"""A check imports what it needs, and the rest when something of it is asked for."""

import subprocess
import sys

import pytest

_ASKED = """
import sys
import expectations.check

print("scipy.stats._stats_py" in sys.modules, "altair.vegalite" in sys.modules, "scipy.optimize" in sys.modules)
from scipy import stats
import altair

print(stats.norm.cdf(0.0), altair.Chart.__name__)
"""


@pytest.mark.pipeline
def test_what_no_rule_uses_is_there_when_it_is_asked_for_and_not_before() -> None:
    done = subprocess.run([sys.executable, "-c", _ASKED], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["False False False", "0.5 Chart"]
