"""An invented county: people, households, two years of benefits and cases in every state.

It lies beside the app and in no package built from it.

The generator (``population`` and what it uses) is pure: the same seed gives the same rows, and the first
thousand households of a large county are those of a small one. ``load`` writes the rows to a site.
Nobody here exists: see :mod:`invented_numbers` on why no number can be a real person's.
"""
