"""Incoming mail as bytes → `ParsedSubmission`, bounded in size, depth, count, time and memory.

Read `parse_message.py` first; `bounded_worker.py` is what the mail server calls.
"""
