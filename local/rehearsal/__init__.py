"""What the alarms of template.yaml would have told, over recorded metrics."""
