"""What the process that parses agencies' files is held to: memory, processor time, no files, no network, no programs.

Memory, processor time, file sizes and new processes are limits of POSIX; a platform that does not keep one of them
refuses it, and it is left out of the list. Files, network and programs are closed by a system-call filter (seccomp)
that Linux offers to any process on x86-64 and AArch64; elsewhere they stay open, and :func:`confine` says so.
"""

import ctypes
import platform
import resource
import struct
import sys

MAX_MEMORY = 512 * 1024**2
MAX_CPU_SECONDS = 10
"""For one file; a normal one takes a thousandth of a second."""

_POSIX = (
    ("memory", resource.RLIMIT_AS, MAX_MEMORY),
    ("dumps", resource.RLIMIT_CORE, 0),
    ("writing", resource.RLIMIT_FSIZE, 0),
    ("processes", resource.RLIMIT_NPROC, 0),
)
"""The superuser is not held to the number of processes; the filter below holds everybody."""

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUALS, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001
"""``_REFUSE``: the call fails with EPERM."""
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4
_OTHER_ABI = 0x40000000
"""On x86-64 the same calls are there a second time with this bit set."""

_CALLS = {
    "x86_64": (
        0xC000003E,
        # open socket connect bind clone fork vfork execve kill rename mkdir creat link unlink ptrace openat unlinkat
        # renameat linkat process_vm_readv process_vm_writev renameat2 execveat io_uring_setup clone3 openat2
        (
            *(2, 41, 42, 49, 56, 57, 58, 59, 62, 82, 83, 85, 86, 87, 101, 257, 263),
            *(264, 265, 310, 311, 316, 322, 425, 435, 437),
        ),
    ),
    "aarch64": (
        0xC00000B7,
        # mkdirat unlinkat linkat renameat openat ptrace kill socket bind connect clone execve process_vm_readv
        # process_vm_writev renameat2 execveat io_uring_setup clone3 openat2
        (34, 35, 37, 38, 56, 117, 129, 198, 200, 203, 220, 221, 270, 271, 276, 281, 425, 435, 437),
    ),
}
"""By machine: the kernel's name for it, and the numbers of the calls that are refused."""


def confine() -> list[str]:
    """Give up, for the rest of this process, what parsing does not need. Returns what is enforced from now on.

    ``memory``, ``cpu``, ``dumps``, ``writing``, ``processes``; the filter adds ``files``, ``network``, ``programs``.
    """
    enforced = [name for name, limit, maximum in _POSIX if _limited(limit, maximum)]
    if allow_one_more_file():
        enforced.append("cpu")
    if _filter_calls():
        enforced += ["files", "network", "programs"]
    return sorted(enforced)


def allow_one_more_file() -> bool:
    """The kernel counts CPU time over the process's life; each file gets its own share on top of what is used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + MAX_CPU_SECONDS
    return _set(resource.RLIMIT_CPU, soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard)


def _limited(limit: int, maximum: int) -> bool:
    _, hard = resource.getrlimit(limit)
    lowest = maximum if hard == resource.RLIM_INFINITY else min(maximum, hard)
    return _set(limit, lowest, lowest)


def _set(limit: int, soft: int, hard: int) -> bool:
    try:
        resource.setrlimit(limit, (soft, hard))
    except (ValueError, OSError):  # a platform that has no such limit
        return False
    return True


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def _filter_calls() -> bool:
    machine = _CALLS.get(platform.machine())
    if not sys.platform.startswith("linux") or machine is None:
        return False
    steps = _filter(*machine)
    library = ctypes.CDLL(None, use_errno=True)
    program = _Program(len(steps) // 8, steps)
    zero = ctypes.c_ulong(0)
    if library.prctl(_NO_NEW_PRIVILEGES, ctypes.c_ulong(1), zero, zero, zero) != 0:
        return False
    return bool(library.prctl(_SET_SECCOMP, ctypes.c_ulong(_FILTER), ctypes.byref(program), zero, zero) == 0)


def _filter(architecture: int, refused: tuple[int, ...]) -> bytes:
    """The filter's program: another architecture or ABI is refused, then each call of the list; the rest may pass."""

    def step(code: int, if_true: int, if_false: int, value: int) -> bytes:
        return struct.pack("HBBI", code, if_true, if_false, value)

    count = len(refused)
    steps = [step(_LOAD, 0, 0, _ARCHITECTURE_AT), step(_EQUALS, 0, count + 3, architecture)]
    steps += [step(_LOAD, 0, 0, _NUMBER_AT), step(_AT_LEAST, count + 1, 0, _OTHER_ABI)]
    steps += [step(_EQUALS, count - number, 0, call) for number, call in enumerate(refused)]
    return b"".join([*steps, step(_RETURN, 0, 0, _ALLOW), step(_RETURN, 0, 0, _REFUSE)])
