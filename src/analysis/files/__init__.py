"""Files, whole or not there: folders replaced in one step, locks, and archives that are measured before they are opened."""
