"""S3 lifecycle configurations: the typed model, S3's rules for it, merging and comparing."""
