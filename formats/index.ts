import { callcost } from './callcost/codec.js'
import type { Codec } from './codec.js'
import { cpuprofile } from './cpuprofile/codec.js'
import { speedscope } from './speedscope/codec.js'
import { pstats } from './pstats/codec.js'

/** The formats that callcost knows. One line adds one; the order means nothing but the order of `callcost formats`. */
export const CODECS: readonly Codec[] = [callcost, cpuprofile, speedscope, pstats]
