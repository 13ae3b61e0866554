"""Processes from the warm one behave as those of production do."""

import os
from pathlib import Path

import pytest

from dbt_project.build import BuildFailed, build
from expectations.process import CheckProcess
from expectations.report import NothingToJudge
from tests.dbt_project import office
from tests.warm.client import WarmProcess
from tests.warm.places import with_data_tests

pytestmark = pytest.mark.pipeline


def test_a_killed_process_says_what_killed_it(tmp_path: Path) -> None:
    process = WarmProcess("check", [], dict(os.environ), tmp_path)
    process.kill()
    process.communicate()
    assert process.returncode == -9


def test_a_trouble_of_the_check_comes_back(tmp_path: Path) -> None:
    settings = office.settings_of(tmp_path)
    with CheckProcess(settings) as judge, pytest.raises(NothingToJudge):
        judge.run()


def test_a_model_that_fails_is_named(tmp_path: Path) -> None:
    settings = office.settings_of(tmp_path)
    with pytest.raises(BuildFailed, match="no_such_model"):
        build(settings, select="no_such_model")


def test_data_tests_are_left_out_unless_they_are_wanted(tmp_path: Path) -> None:
    settings = office.settings_of(tmp_path)
    office.fill(settings)
    assert build(settings, select="stg_rules").tests == 0
    with with_data_tests():
        assert build(settings, select="stg_rules").tests > 0
