"""Brings calls of the official SDKs to a world in the same process, without a socket."""
