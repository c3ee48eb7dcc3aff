/** What only pstats files know, in {@link Source.details}. */
export const DETAIL = {
  /** So many functions, the last ones, only occur as callers and have no entry of their own. Absent for none. */
  ghosts: 'pstats.ghosts',
  /** true: names are bytes, and Python measures them in bytes. */
  python2: 'pstats.python2',
  /** true: the marker entry of Python 3.15's sampling profiler is there. */
  sampled: 'pstats.sampled',
  /** What is known of callers: `counts` (profile module, sampled files), `costs` (cProfile), `mixed`. Absent without callers. */
  callers: 'pstats.callers',
  /** Number of functions whose name was a code object; see {@link CODE_ADDRESS}. */
  codeKeys: 'pstats.code-keys',
} as const
