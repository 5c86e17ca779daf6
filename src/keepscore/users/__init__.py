"""People at the vendor, their roles and sign-in; the actor who signs; the audit log that only grows."""
