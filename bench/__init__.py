"""Benchmarks: side by side with peers and with the limit. `python -m bench --help` lists the cases.

They pin processes to cores, so they run on Linux only, and talk only over loopback.
"""
