"""Great Expectations, quiet: no analytics, no progress bars. Importing this module takes seconds.

Nothing else imports `great_expectations`, so that the catalogue and the messages stay quick to load.
"""

import logging
import warnings

import great_expectations as gx
from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext
from great_expectations.data_context.types.base import ProgressBarsConfig


def new_context() -> EphemeralDataContext:
    """A context in memory: what is kept of a check is in the store and in the Data Docs."""
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="great_expectations")
    context = gx.get_context(mode="ephemeral")
    context.variables.analytics_enabled = False
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    # Its own site lies in a temporary folder that would be left behind.
    context.delete_data_docs_site("local_site")
    return context
