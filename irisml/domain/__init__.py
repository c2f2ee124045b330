"""Features, species, errors, findings, intervals and settings. Needs msgspec only."""
