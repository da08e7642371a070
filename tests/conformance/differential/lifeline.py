"""What a test has started goes when the test goes, in whichever way."""
import array
import ctypes
import fcntl
import os
import select
import signal
import sys
import termios
import threading

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def go_with_parent():
    """For preexec_fn: this child is asked to end when the thread that started it does, even if that was killed."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


_WORDS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def go_when_told():
    """Whoever asks this script to end has it clean up first; so does the end of its input, also while it is busy with
    something else than reading that."""
    def end(number, _frame):
        go_in_peace()
        sys.exit(128 + number)
    for number in _WORDS:
        signal.signal(number, end)

    def watch():
        poll = select.poll()
        poll.register(sys.stdin.fileno(), 0)  # its end alone
        while True:
            poll.poll()
            # Whoever reads it ends by itself.
            threading.Event().wait(2)
            unread = array.array("i", [0])
            fcntl.ioctl(sys.stdin.fileno(), termios.FIONREAD, unread)
            if unread[0] == 0:
                os.kill(os.getpid(), signal.SIGTERM)
                return
    threading.Thread(target=watch, daemon=True).start()


def go_in_peace():
    """Nothing disturbs the cleaning up."""
    for number in _WORDS:
        signal.signal(number, signal.SIG_IGN)
