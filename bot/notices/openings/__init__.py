"""New appointments announced to those who wait for them: in an order drawn anew, in waves, until they are gone."""
