"""Tests of the guards: tables of answers that an agent would send, and of answers that must not pass unnoticed."""
