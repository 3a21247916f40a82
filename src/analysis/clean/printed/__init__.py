"""Printed reports: reading their tables by a layout and their statements in prose, and the rows that define the layouts."""
