"""Document to tagged PDF: blocks become fragments, fragments pages, pages a file."""
