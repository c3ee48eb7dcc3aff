import type { FeatureSet } from '../../src/model/features.js'
import type { Codec } from '../codec.js'
import { sniffMessage } from './sniff.js'

const FEATURES: FeatureSet = [
  'stacks',
  'files',
  'definition-lines',
  'lines',
  'columns',
  'inlining',
  'addresses',
  'labels',
  'int64',
  'several-values',
  'raw-names',
]

/** pprof's profile.proto: Go, pprof-nodejs, async-profiler, Pyroscope, Parca and many others. See README.md. */
export const pprof: Codec = {
  id: 'pprof',
  title: 'pprof profile',
  extensions: ['.pb', '.pprof'],
  reads: FEATURES,
  writes: FEATURES,
  sniff: (head) => sniffMessage(head),
  load: async () => ({
    read: (await import('./read.js')).readPprof,
    write: (await import('./write.js')).writePprof,
  }),
}
