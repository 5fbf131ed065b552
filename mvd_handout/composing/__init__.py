"""One case, one clinic and one unfilled handout become a document."""
