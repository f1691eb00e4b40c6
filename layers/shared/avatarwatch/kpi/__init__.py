"""Pure calculation of KPIs: what is read, windows, formulas. No I/O."""
