"""Proof under stress: everything at once, for a while, and afterwards an account of every single thing."""
