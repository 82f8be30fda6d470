"""The page for administrators and authors, as it is served; its sources are in `web`, and what is built in `static`."""
