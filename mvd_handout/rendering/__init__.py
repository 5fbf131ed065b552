"""A document becomes PDF, HTML or plain text. Pure, and the only place that knows ReportLab."""
