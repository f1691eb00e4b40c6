"""Our templates are read as SAM reads them."""

from __future__ import annotations

import pytest
from samcli.yamlhelper import yaml_parse

from local.paths import ROOT, TEMPLATES
from local.templates import parsed, written

FORMS = """\
Plain: {Date: 2012-10-17, Number: 012, Yes: yes, Null: ~, Text: "07"}
Short: [!Ref A, !GetAtt A.B.C, !GetAtt [A, B], !Sub "${A}", !If [A, !Ref B, !Not [!Condition C]]]
Shared: &one {A: !Join [",", [!Ref A]]}
Merged: {<<: *one, B: !Select [0, !Split [",", x]]}
Long: |
  one
  two
"""


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_what_sam_makes_of_it(name: str) -> None:
    assert written(name) == yaml_parse((ROOT / name).read_text())


def test_each_form_is_what_sam_makes_of_it() -> None:
    assert parsed(FORMS) == yaml_parse(FORMS)
