import { callcost } from './callcost/codec.js'
import { callgrind } from './callgrind/codec.js'
import type { Codec } from './codec.js'
import { collapsed } from './collapsed/codec.js'
import { cpuprofile } from './cpuprofile/codec.js'
import { csv } from './csv/codec.js'
import { dot } from './dot/codec.js'
import { firefox } from './firefox/codec.js'
import { heapprofile } from './heapprofile/codec.js'
import { perfScript } from './perf-script/codec.js'
import { pprof } from './pprof/codec.js'
import { pprofLegacy } from './pprof/legacy.js'
import { pstats } from './pstats/codec.js'
import { pyinstrument } from './pyinstrument/codec.js'
import { recognised } from './recognised/codec.js'
import { speedscope } from './speedscope/codec.js'
import { stackprof } from './stackprof/codec.js'
import { traceEvent } from './trace-event/codec.js'
import { xhprof } from './xhprof/codec.js'

/** The formats that callcost knows. One line adds one; the order means nothing but the order of `callcost formats`. */
export const CODECS: readonly Codec[] = [
  pstats,
  cpuprofile,
  heapprofile,
  pprof,
  speedscope,
  traceEvent,
  firefox,
  perfScript,
  pyinstrument,
  stackprof,
  xhprof,
  collapsed,
  callgrind,
  callcost,
  csv,
  dot,
]

/** What is recognised only to say what to do about it. Not listed, and never asked for by its id. */
export const RECOGNISED: readonly Codec[] = [pprofLegacy, ...recognised]
