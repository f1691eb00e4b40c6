"""Tell people of alerts: any shape in, one message out over each channel, once."""
