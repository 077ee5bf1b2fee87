"""First-level bots: they understand, answer what they can, and hand over with a summary what they cannot.

Start at `runtime.Bot`; `nlu` reads a text, `dialogue` decides what to answer, `rasa_format` reads what
designers write.
"""
