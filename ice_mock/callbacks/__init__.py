"""Outgoing HTTP: what a callback looks like, where it may go, and how it is sent."""

from ice_mock.callbacks.envelope import Post, post
from ice_mock.callbacks.policy import Policy
from ice_mock.callbacks.rules import Rules
from ice_mock.callbacks.sender import Sender, SenderClosed, Withdrawn
from ice_mock.callbacks.urls import Proxies

__all__ = ["Policy", "Post", "Proxies", "Rules", "Sender", "SenderClosed", "Withdrawn", "post"]
