"""What happened in a world, told to whoever wonders why a test failed."""
