"""Scenarios: worlds, timelines and faults, read from YAML or JSON, and every mistake in them named."""

from ice_mock.scenario.library import Library, shipped
from ice_mock.scenario.loading import by_name, load, load_file
from ice_mock.scenario.problems import Problem, ScenarioInvalid

__all__ = ["Library", "Problem", "ScenarioInvalid", "by_name", "load", "load_file", "shipped"]
