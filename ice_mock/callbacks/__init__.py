"""Outgoing HTTP: what a callback looks like, and how it is sent."""

from ice_mock.callbacks.envelope import Post, post
from ice_mock.callbacks.sender import Sender, SenderClosed, Withdrawn

__all__ = ["Post", "Sender", "SenderClosed", "Withdrawn", "post"]
