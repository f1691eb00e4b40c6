"""Read what an endpoint says of its health, in whichever of the usual formats it says it."""
