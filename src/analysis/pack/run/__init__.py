"""A run: kernels, execution, reuse of what was made before, locks and stopping, and the pack put in place when it is whole."""
