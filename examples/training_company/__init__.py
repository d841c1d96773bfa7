"""A small training company, played: three shops with one shared host login each, and forty people under them.

`play` opens the file and calls the scenes in order; `scenes_*` are what happens; `company` is what the scenes share.
`host` stands for the portal that the library is plugged into, `pages` for what it shows, `screen` for the terminal.
"""
