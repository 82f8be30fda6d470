"""How providers are reached over HTTP: checked addresses, connections, encodings, streams of events."""
