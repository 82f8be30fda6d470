"""What the service and the desk share of serving HTTP: the application class, bodies, parameters, documentation."""
