"""Pages across rooms: all clients, one client, one measure, search. Reads only."""
