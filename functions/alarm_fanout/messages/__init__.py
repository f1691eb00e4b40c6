"""Write alerts for people: the words first, then each channel's form of them."""
