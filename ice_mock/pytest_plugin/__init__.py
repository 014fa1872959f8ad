"""The plugin for pytest: a server for the run, a world for each test, and a report of what failed."""
