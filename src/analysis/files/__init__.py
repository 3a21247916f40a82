"""Files and folders that are written whole or not at all, locks, and archives that are measured before they are opened."""
