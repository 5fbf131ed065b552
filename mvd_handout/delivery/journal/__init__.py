"""The journal: which paper was given to whom, when and by whom, without a word that tells who the patient is."""
