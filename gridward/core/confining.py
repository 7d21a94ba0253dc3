"""Limits for a child process that opens what strangers sent. Scripts import it alone: nothing of Django here."""

import resource


def confine_this_process(*, cpu_s: int, memory_bytes: int, output_bytes: int) -> None:
    """Processor seconds, memory and written bytes: past them the system ends this process, without a core file."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output_bytes, output_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
