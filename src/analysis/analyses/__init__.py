"""The analyses: findings, and the questions put to the figures: trend, change, benchmark, score card, and what can be trusted."""
