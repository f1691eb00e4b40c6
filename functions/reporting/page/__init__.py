"""How a report is shown: a page, its charts, JSON, CSV, and the index of all."""
