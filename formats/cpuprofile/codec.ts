import type { Codec, JsonKeys, Sniff } from '../codec.js'

/** V8's CPU profiles: Node's --cpu-prof, Chrome, Deno, Bun, VS Code. See README.md. */
export const cpuprofile: Codec = {
  id: 'cpuprofile',
  title: 'V8 CPU profile',
  extensions: ['.cpuprofile'],
  reads: [
    'stacks',
    'order',
    'files',
    'definition-lines',
    'columns',
    'several-values',
    'several-profiles',
    'raw-names',
    'engine-details',
  ],
  writes: ['stacks', 'order', 'files', 'definition-lines', 'columns', 'engine-details'],
  writesMoments: true,
  sniff: (_head, keys) => sniffKeys(keys),
  load: async () => ({
    read: (await import('./read.js')).readCpuprofile,
    write: (await import('./write.js')).writeCpuprofile,
  }),
}

function sniffKeys(keys: JsonKeys | null): Sniff {
  if (keys === null) return 'no'
  const has = (...names: string[]): boolean =>
    names.every((name) => keys.keys.includes(name) || keys.inner.includes(name))
  // Hermes and Chrome traces have the extension too; heap profiles have a head whose nodes have sizes.
  if (has('traceEvents') || has('stackFrames') || has('selfSize') || has('snapshot')) return 'no'
  if (has('nodes', 'callFrame', 'functionName')) return 'certain'
  // A reply of the DevTools protocol: the keys of nodes are too far in to be seen.
  if (has('result', 'profile', 'nodes')) return 'certain'
  if (has('head', 'functionName', 'hitCount')) return 'certain'
  return has('callFrame', 'functionName') && has('children') ? 'likely' : 'no'
}
