"""Room: what the doors ask of the published file (status, queue, cases, versions, traces), as plain rows."""
