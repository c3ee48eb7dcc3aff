import { CALLCOST } from './cases/callcost.js'
import { casesOf, type HostileCase } from './cases/case.js'
import { CONTAINERS } from './cases/containers.js'
import { FIREFOX } from './cases/firefox.js'
import { CALLGRIND, COLLAPSED, PERF_SCRIPT } from './cases/lines.js'
import { PYINSTRUMENT, STACKPROF, XHPROF } from './cases/others.js'
import { PPROF } from './cases/pprof.js'
import { PSTATS } from './cases/pstats.js'
import { SPEEDSCOPE } from './cases/speedscope.js'
import { TRACE_EVENT } from './cases/trace-event.js'
import { CPUPROFILE, HEAPPROFILE } from './cases/v8.js'

/** Golden file → how its inputs are read (null: as their bytes say) and what makes them. */
export const CORPUS: readonly (readonly [file: string, from: string | null, cases: () => HostileCase[]])[] = [
  ['containers', null, () => casesOf(CONTAINERS)],
  ['pstats', 'pstats', () => casesOf(PSTATS)],
  ['cpuprofile', 'cpuprofile', () => casesOf(CPUPROFILE)],
  ['heapprofile', 'heapprofile', () => casesOf(HEAPPROFILE)],
  ['pprof', 'pprof', () => casesOf(PPROF)],
  ['speedscope', 'speedscope', () => casesOf(SPEEDSCOPE)],
  ['trace-event', 'trace-event', () => casesOf(TRACE_EVENT)],
  ['firefox', 'firefox', () => casesOf(FIREFOX)],
  ['callcost', 'callcost', () => casesOf(CALLCOST)],
  ['collapsed', 'collapsed', () => casesOf(COLLAPSED)],
  ['callgrind', 'callgrind', () => casesOf(CALLGRIND)],
  ['perf-script', 'perf-script', () => casesOf(PERF_SCRIPT)],
  ['pyinstrument', 'pyinstrument', () => casesOf(PYINSTRUMENT)],
  ['stackprof', 'stackprof', () => casesOf(STACKPROF)],
  ['xhprof', 'xhprof', () => casesOf(XHPROF)],
]
