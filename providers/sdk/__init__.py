"""The vendors' official SDKs, for what is asked rarely: is a setting any good, which models are there."""
