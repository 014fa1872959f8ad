"""Frozen values and pure functions: what a world consists of, and which frames follow from it."""
