"""What is said and how it looks: handouts, clinic folders, labels, themes, read into frozen values."""
