"""Slips: one-time codes on paper, to be handed over. The words are here; how they are laid out follows."""
