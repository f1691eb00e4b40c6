"""Lines over time: laid out once, drawn as SVG in pages and as PNG for GetMetricWidgetImage."""
