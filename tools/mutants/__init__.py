"""Change the rules one small way at a time and see whether a test notices: mutation testing, made for this package.

`python -m tools.mutants` from the project's folder; CONTRIBUTING.md and docs/explanation/mutants.md say what for.
"""
