"""Who we serve: clients, and the people of the vendor who look after them."""
