"""Printed reports: tables read by their layout, statements made in prose, and the rows that say how a release is read."""
