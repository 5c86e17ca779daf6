"""Single sign-on by OpenID Connect, stricter than the standard demands: every token is checked in full, whatever way it came."""
