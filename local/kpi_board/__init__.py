"""A day's KPIs against their targets, as people read them: in a terminal and on a page."""
