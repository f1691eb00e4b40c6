"""KpiAggregation: reads what four places know, computes the KPIs, publishes each window once."""
