"""
From facts to a ``Deployment``, in this order: ``relocation``, ``decisions``, ``layers``, ``hosting``, ``processes`` and
``targets``; ``images`` and ``following`` serve several of them.
"""
