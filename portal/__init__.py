"""Door: what analysts, stewards, communes and the operator see in a browser.

Pages are rendered here and work without JavaScript; what is shown comes from the published file, read-only, and what is
written (decisions, comments, assignments, uploads) goes through the same functions as the command line.
"""
