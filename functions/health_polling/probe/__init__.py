"""Ask one address over HTTP, safely, and measure each phase of it."""
