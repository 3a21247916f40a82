from hypothesis import settings

# A shared machine is slow now and then, and no property here is about speed.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
