"""`make demo`: the main job, played from nothing to the message on the page."""
