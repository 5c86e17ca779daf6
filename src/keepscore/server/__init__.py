"""The server: settings, urls, wsgi. It knows every room; no room knows it."""
