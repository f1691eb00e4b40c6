"""`make mutants`: a sample of small changes to the functions, and whether a test fails for each.

`mutations` finds what can be changed, `reach` records which test calls which function, `choosing`
picks the tests of a mutant, `trees` keeps the copies that the mutants are written into, `running`
tries them: by `warm` and `patching` in processes that are split off (docs/decisions/0265), else in
one of their own. `report` says what lived. Why none of the known tools: docs/decisions/0200.
"""
