import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** The calls to the system that can be made to fail: those that reading an input and saving an output make. */
export const CALLS = [
  'stat',
  'access',
  'realpath',
  'open',
  'read',
  'write',
  'chmod',
  'sync',
  'close',
  'rename',
] as const
export type Call = (typeof CALLS)[number]

export interface Fault {
  readonly call: Call
  /** Which call of this kind fails, from 1. Those after it fail too when `stays` is set, as on a full disk. */
  readonly at: number
  readonly stays?: boolean
  /** `ENOSPC`; or what happens instead of an error: `short` writes half of the bytes, `slow` and `stuck` wait. */
  readonly code: string
  /** Runs before the call, which then goes on as usual: `code` is not used. */
  readonly before?: () => void
}

/** What was called meanwhile: with its path where the call has one. */
export interface Calls {
  readonly made: readonly { readonly call: Call; readonly path: string }[]
  /** How often the fault struck. */
  readonly struck: number
  /** Puts everything back. */
  stop(): void
}

type AnyFunction = (...args: never[]) => unknown

/** Makes calls of node:fs fail, for all code of this process. */
export function failCalls(fault: Fault | null): Calls {
  const made: { call: Call; path: string }[] = []
  const counts = new Map<Call, number>()
  const undo: (() => void)[] = []
  const state = { struck: 0 }

  /** Counts the call; says whether it is the one that fails. */
  const isStruck = (call: Call, path: unknown): boolean => {
    const count = (counts.get(call) ?? 0) + 1
    counts.set(call, count)
    made.push({ call, path: typeof path === 'string' ? path : '' })
    if (fault?.call !== call || (fault.stays ? count < fault.at : count !== fault.at)) return false
    state.struck++
    if (fault.before === undefined) return true
    fault.before()
    return false
  }
  const failure = (call: Call): Error => {
    const code = fault?.code ?? ''
    return Object.assign(new Error(`${code}: made to fail, ${call}`), { code, syscall: call })
  }
  const replace = (owner: object, name: string, make: (old: AnyFunction) => AnyFunction): void => {
    const holder = owner as Record<string, AnyFunction>
    const old = holder[name]!
    holder[name] = make(old)
    undo.push(() => {
      holder[name] = old
    })
  }
  const promised = (call: Call, old: AnyFunction) =>
    async function (this: unknown, ...args: unknown[]): Promise<unknown> {
      if (isStruck(call, args[0])) {
        // What cannot be closed properly is closed all the same.
        if (call === 'close') await Reflect.apply(old, this, args)
        throw failure(call)
      }
      return Reflect.apply(old, this, args)
    }

  for (const call of ['stat', 'access', 'realpath', 'rename'] as const) {
    replace(fs.promises, call, (old) => promised(call, old) as AnyFunction)
  }
  const handles = new WeakSet<object>()
  replace(
    fs.promises,
    'open',
    (old) =>
      (async (...args: unknown[]) => {
        if (isStruck('open', args[0])) throw failure('open')
        const handle = (await Reflect.apply(old, fs.promises, args)) as object
        if (!handles.has(handle)) {
          handles.add(handle)
          for (const call of ['stat', 'read', 'chmod', 'sync', 'close'] as const) {
            const own = Reflect.get(handle, call) as AnyFunction
            Reflect.set(handle, call, promised(call, own))
          }
        }
        return handle
      }) as AnyFunction,
  )
  replace(
    fs,
    'write',
    (old) =>
      ((...args: unknown[]) => {
        const done = args.at(-1) as (error: Error | null, count?: number) => void
        if (!isStruck('write', '')) return Reflect.apply(old, fs, args)
        if (fault?.code === 'stuck') return setTimeout(() => Reflect.apply(old, fs, args), 60_000)
        if (fault?.code === 'slow') return setTimeout(() => Reflect.apply(old, fs, args), 20)
        if (fault?.code !== 'short') return setImmediate(() => done(failure('write')))
        const shorter = [...args]
        shorter[3] = Math.ceil((args[3] as number) / 2)
        return Reflect.apply(old, fs, shorter)
      }) as AnyFunction,
  )
  syncBuiltinESMExports()
  return {
    made,
    get struck() {
      return state.struck
    },
    stop() {
      for (const restore of undo.reverse()) restore()
      syncBuiltinESMExports()
    },
  }
}
