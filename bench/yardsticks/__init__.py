"""What Licorne is held against: things that a reader knows, set up to do well."""
