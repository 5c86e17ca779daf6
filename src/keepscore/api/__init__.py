"""REST: schemas and routers, thin over queries and operations."""
