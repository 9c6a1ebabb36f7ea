"""The program that checks a bundle, in parts: `runner.audit.evidence.script` puts them into one file ``verify.py``.

They know nothing but Python 3.8's standard library and each other: whoever gets the file can read all of it.
"""
