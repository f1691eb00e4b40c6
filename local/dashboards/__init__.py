"""The two dashboards as pages, drawn from the emulator's metrics.

`cloudwatch` and `grafana` read the real documents into the panels of `panels`, strictly: what is
not drawn here raises. `metrics`, `search`, `expressions` and `insights` find the data, `graph` and
`page` draw it, `preview` does it all.
"""
