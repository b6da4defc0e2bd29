"""What a list is asked for: see shared.webkit.asked."""

from shared.webkit.asked import Asked, Turn

__all__ = ["Asked", "Turn"]
