import { Session } from 'node:inspector/promises'

/** Methods that look at as many bytes as they are given, in the engine, where nothing counts. */
const NATIVE = ['set', 'fill', 'slice', 'indexOf', 'lastIndexOf', 'includes', 'copyWithin'] as const

/** Code of the project; what tests and packages do is not counted. */
const OWN = /\/(?:src|formats)\/[^?]*\.ts$/

/**
 * How much work `run` makes for the project's code: how often its blocks are run, and elements that methods of typed
 * arrays are given. The same on every machine, however busy: a loop over n bytes is some n, one inside another n².
 */
export async function countWork(run: () => Promise<unknown>): Promise<number> {
  const prototype = Object.getPrototypeOf(Uint8Array.prototype) as Record<string, (...args: unknown[]) => unknown>
  const originals = NATIVE.map((name) => prototype[name]!)
  let elements = 0
  for (const [at, name] of NATIVE.entries()) {
    prototype[name] = function (this: Uint8Array, ...args: unknown[]) {
      const [first] = args
      elements += name === 'set' ? (first as ArrayLike<unknown>).length : this.length
      return originals[at]!.apply(this, args)
    }
  }
  const session = new Session()
  session.connect()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    await run()
    const { result } = await session.post('Profiler.takePreciseCoverage')
    let blocks = 0
    for (const script of result) {
      if (!OWN.test(script.url)) continue
      for (const { ranges } of script.functions) for (const { count } of ranges) blocks += count
    }
    return blocks + elements
  } finally {
    session.disconnect()
    for (const [at, name] of NATIVE.entries()) prototype[name] = originals[at]!
  }
}
