"""Prints, as JSON, what this Python's pstats prints for the files given: {file: {report: text}}. Runs on 2.7 and 3.x.

An exception stands in place of the text. Addresses are made equal, they differ between runs.
"""
import json
import pstats
import re
import sys

PY2 = sys.version_info[0] == 2


class Stream(object):
    """Takes what print writes: text, or in 2.7 also bytes."""

    def __init__(self):
        self.parts = []

    def write(self, part):
        if not isinstance(part, bytes):
            part = part.encode('utf-8') if PY2 else part.encode('utf-8', 'surrogatepass')
        self.parts.append(part)

    def flush(self):
        pass

    def text(self):
        return re.sub('0x[0-9a-f]{6,}', lambda match: '0x' + '0' * (len(match.group()) - 2),
                      b''.join(self.parts).decode('latin-1'))


REPORTS = {
    'cumulative': lambda stats: stats.sort_stats('cumulative').print_stats(),
    'unsorted': lambda stats: stats.print_stats(),
    'callers': lambda stats: stats.sort_stats('cumulative').print_callers(),
    'callees': lambda stats: stats.sort_stats('tottime').print_callees(),
    'stripped': lambda stats: stats.strip_dirs().sort_stats('cumulative', 'calls').print_stats().print_callers(),
}


def report(path, show):
    stream = Stream()
    try:
        stats = pstats.Stats(path, stream=stream)
        stats.files = []
        show(stats)
    except Exception as error:
        return '!! %s: %s' % (type(error).__name__, error)
    return stream.text()


print(json.dumps({path: {name: report(path, show) for name, show in REPORTS.items()} for path in sys.argv[1:]}))
