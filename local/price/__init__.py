"""What a deployment costs a month, line by line: from the template, the catalogues, and prices."""
