"""The status page: one static HTML file that needs no JavaScript, and the same as JSON."""
