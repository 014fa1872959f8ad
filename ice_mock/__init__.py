"""ice_mock: an emulator of the live snapshots of Alibaba Cloud ICE, for integration tests."""

__version__ = "0.1.0"
