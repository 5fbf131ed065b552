"""What a handout is made of: cases, clinics, dates, documents. No I/O and no clock."""
