"""For the tests of others: a container with ice_mock, for testcontainers."""
