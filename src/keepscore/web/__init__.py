"""What every page shares: base templates, components, static files, error pages."""
