"""Ask the functions of a deployment what people ask: mutes, cost control's plan and undo."""
