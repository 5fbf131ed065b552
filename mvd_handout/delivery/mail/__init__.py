"""E-mail: the message for one patient, and the way in which it leaves the clinic once."""
