"""From facts to a ``Deployment``: layers, images, decisions, processes, targets, in that order."""
