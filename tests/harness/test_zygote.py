"""The process that forks the measured ones, on its own."""

import subprocess

from paperlab.harness.launch import _PYTHON, _ROOT, _ZYGOTE


def test_a_caller_that_is_gone_ends_the_zygote_without_a_word() -> None:
    """Ctrl-C while torch loads: what is left must not print a traceback into the person's shell."""
    process = subprocess.Popen(
        [*_PYTHON, _ZYGOTE, _ROOT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    process.stdin.close()
    assert process.wait(60) == 0
    assert process.stderr.read() == b""
    process.stderr.close()
