"""The protocol of the API without a web framework: dialects, signatures, envelopes, the way of a call."""

from ice_mock.gateway.call import Call, Reply
from ice_mock.gateway.gateway import Gateway, Verification, WorldsByKey

__all__ = ["Call", "Gateway", "Reply", "Verification", "WorldsByKey"]
