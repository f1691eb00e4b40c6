"""HealthPolling: asks every endpoint each minute how it is, and tells when one is down."""
