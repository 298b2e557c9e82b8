"""Bytes from whatever holds them, for every stage that reads files from outside.

================  =====================================================================================
``source``        one opened input
``sources``       files, directories, archives, standard input: names to streams of bytes
``streams``       bytes that unpack as they are read
``lines``         bytes to numbered lines; the rule for bytes that are not UTF-8
``json_values``   bytes to JSON values, strict
``strings``       one line, the beginning for a message, control characters
================  =====================================================================================
"""
