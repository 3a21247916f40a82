"""Downloads: the figures of the pages as a workbook, as CSV files with their description, and a page as a document."""
