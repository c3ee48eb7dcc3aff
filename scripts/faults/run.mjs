// `node scripts/faults/run.mjs`: what the program leaves behind when the system fails it. Needs a build. For every kind
// of call and every k: the k-th call fails, once by a wrapper around node:fs, and for open, fsync and rename also by
// strace where that runs; then a full disk, limits, signals in the middle of writing, readers that go away and inputs
// that change. The old file is intact or the new one is whole, always, nothing else stays but after SIGKILL, and the
// exit code is the documented one. Prints what was tried, and exits with 1 when something was not so.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const launcher = join(root, 'src/cli/launcher.js')
const folder = mkdtempSync(join(tmpdir(), 'callcost-faults-'))
const OLD = 'old\n'
let failures = 0
let tried = 0

const input = join(folder, 'in.collapsed')
writeFileSync(input, Array.from({ length: 4000 }, (_, at) => `main;work_${at};read_${at % 7} ${at + 1}\n`).join(''))
const preload = join(folder, 'preload.mjs')
buildSync({
  stdin: {
    contents: `import { failCalls } from './test/io/failing-calls.ts'
      import fs from 'node:fs'
      const { FAULT, FAULT_TRACE } = process.env
      const calls = failCalls(FAULT === undefined ? null : JSON.parse(FAULT))
      process.on('exit', () => FAULT_TRACE && fs.writeFileSync(FAULT_TRACE, JSON.stringify(calls.made)))`,
    resolveDir: root,
  },
  outfile: preload,
  bundle: true,
  format: 'esm',
  platform: 'node',
})

const whole = run(['convert', input, '--to', 'speedscope', '-o', place('whole.json')])
if (whole.status !== 0) throw new Error(`no build? ${whole.stderr}`)
const NEW = readFileSync(place('whole.json'))

eachCallFails()
eachSystemCallFails()
fullDisk()
limits()
await signals()
await pipes()
console.log(`${tried} faults tried, ${failures} handled badly`)
rmSync(folder, { recursive: true, force: true })
process.exitCode = failures > 0 ? 1 : 0

function place(name) {
  return join(folder, name)
}

function run(args, env = {}, wrapper = []) {
  const [command, ...rest] = [...wrapper, process.execPath, launcher, ...args]
  return spawnSync(command, rest, { encoding: 'utf8', env: { ...process.env, ...env }, cwd: folder })
}

function convert(target, env, wrapper) {
  return run(['convert', input, '--to', 'speedscope', '-o', target], env, wrapper)
}

/** A folder with the old file, or without one. */
function fresh(name, hasOld) {
  const path = place(name)
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path)
  if (hasOld) writeFileSync(join(path, 'out.json'), OLD)
  return join(path, 'out.json')
}

/** `old`, `new`, `none` or what else is there; with `+N` for files that should not be there. */
function left(name) {
  const names = readdirSync(place(name))
  const others = names.filter((each) => each !== 'out.json').length
  const bytes = names.includes('out.json') ? readFileSync(join(place(name), 'out.json')) : null
  const state = bytes === null ? 'none' : bytes.toString() === OLD ? 'old' : bytes.equals(NEW) ? 'new' : 'damaged'
  return others === 0 ? state : `${state}+${others}`
}

function expect(what, actual, allowed) {
  tried++
  if (allowed.includes(actual)) return
  failures++
  console.log(`BAD ${what}: ${actual}, expected ${allowed.join(' or ')}`)
}

function env(fault) {
  const own = { NODE_OPTIONS: `--import ${preload}` }
  return fault === null ? own : { ...own, FAULT: JSON.stringify(fault) }
}

/** By a wrapper in the process: the calls are known one by one, so the exit code is, too. */
function eachCallFails() {
  const trace = place('trace.json')
  convert(fresh('calls', true), { ...env(null), FAULT_TRACE: trace })
  const made = JSON.parse(readFileSync(trace, 'utf8'))
  const renamed = made.findIndex(({ call }) => call === 'rename')
  const created = made.findIndex(({ call, path }) => call === 'open' && path.includes('.callcost-'))
  const counts = {}
  made.forEach(({ call, path }, position) => {
    counts[call] = (counts[call] ?? 0) + 1
    const own = path === '' || path.startsWith(folder)
    if (!own) return
    const isRead = path === input || (path === '' && position < created)
    for (const code of ['EIO', 'ENOSPC']) {
      const { status } = convert(fresh('calls', true), env({ call, at: counts[call], code }))
      const outcome = `${status} ${left('calls')}`
      const allowed = position > renamed ? ['0 new'] : position > created ? ['74 old'] : ['66 old', '73 old']
      // Closing what was read loses nothing, and an output that is compared with an input need not find it.
      if (isRead) allowed.push('0 new')
      expect(`${call} ${counts[call]} fails with ${code}`, outcome, allowed)
    }
  })
  console.log(`wrapped calls: ${made.length} a run`)
}

/** By strace: the system itself says no. Calls of Node's own are among them, so that the exit code can be anything. */
function eachSystemCallFails() {
  if (spawnSync('strace', ['-V']).status !== 0) {
    console.log('SKIPPED: strace is not there')
    return
  }
  for (const [calls, code] of [
    ['fsync', 'EIO'],
    ['rename,renameat,renameat2', 'ENOSPC'],
    ['openat', 'EMFILE'],
    ['fchmod', 'EIO'],
  ]) {
    for (let at = 1; at < 80; at++) {
      const log = place('strace.txt')
      const wrapper = [
        'strace',
        '-f',
        '-qq',
        '-o',
        log,
        '-e',
        `trace=${calls}`,
        '-e',
        `inject=${calls}:error=${code}:when=${at}`,
      ]
      const { status } = convert(fresh('strace', true), {}, wrapper)
      const struck = readFileSync(log, 'utf8').includes('INJECTED')
      if (!struck) break
      expect(
        `strace: ${calls} ${at} fails with ${code}, exit ${status}`,
        left('strace'),
        status === 0 ? ['new'] : ['old'],
      )
    }
  }
}

function fullDisk() {
  const mount = fresh('disk', false).replace(/\/out\.json$/, '')
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', mount]).status !== 0) {
    console.log('SKIPPED: no tmpfs can be mounted')
    return
  }
  try {
    writeFileSync(join(mount, 'out.json'), OLD)
    const { status, stderr } = convert(join(mount, 'out.json'))
    expect('a full disk', `${status} ${left('disk')}`, ['74 old'])
    expect('its message', /no space left on the device/.test(stderr), [true])
  } finally {
    spawnSync('umount', [mount])
  }
}

function limits() {
  for (const [what, limit, allowed] of [
    ['files of 64 KiB at most', 'ulimit -f 64; trap "" XFSZ', ['74 old']],
    ['files of 64 KiB at most, and the signal for it', 'ulimit -f 64', ['74 old', '153 old', '153 old+1']],
    ['20 open files', 'ulimit -n 20', ['0 new', '66 old', '73 old', '74 old']],
  ]) {
    const target = fresh('limit', true)
    const command = `${limit}; exec "$NODE" "${launcher}" convert "${input}" --to speedscope -o "${target}"`
    const { status } = spawnSync('bash', ['-c', command], {
      encoding: 'utf8',
      env: { ...process.env, NODE: process.execPath },
    })
    expect(what, `${status} ${left('limit')}`, allowed)
  }
  const full = spawnSync('bash', ['-c', `"${process.execPath}" "${launcher}" analyze "${input}" > /dev/full`])
  expect('a full standard output', full.status, [74])
}

/** Each write is slowed down, so that the signal arrives in the middle. */
async function signals() {
  for (const [signal, allowed] of [
    ['SIGINT', ['SIGINT old']],
    ['SIGTERM', ['SIGTERM old']],
    ['SIGHUP', ['SIGHUP old']],
    // Nobody can clean up after this one.
    ['SIGKILL', ['SIGKILL old', 'SIGKILL old+1']],
  ]) {
    for (let round = 0; round < 8; round++) {
      const target = fresh('signal', true)
      const child = spawn(process.execPath, [launcher, 'convert', input, '--to', 'speedscope', '-o', target], {
        env: { ...process.env, ...env({ call: 'write', at: 1, code: 'slow', stays: true }) },
        stdio: 'ignore',
      })
      const end = new Promise((resolve) => child.on('exit', (code, by) => resolve(by ?? code)))
      while (readdirSync(place('signal')).length < 2 && child.exitCode === null) await sleep(2)
      await sleep(round * 8)
      child.kill(signal)
      const by = await end
      expect(`${signal} after ${round * 8} ms`, `${by} ${left('signal')}`, [...allowed, '0 new'])
    }
  }
  for (const [signal, code] of [
    ['INT', 130],
    ['TERM', 143],
  ]) {
    const target = fresh('signal', true)
    const command = `"${process.execPath}" "${launcher}" convert "${input}" --to speedscope -o "${target}" & pid=$!; sleep 1.5; kill -${signal} $pid; wait $pid; echo $?`
    const slow = { ...process.env, ...env({ call: 'write', at: 1, code: 'slow', stays: true }) }
    slow.FAULT = slow.FAULT.replace('"slow"', '"stuck"')
    const { stdout } = spawnSync('bash', ['-c', `set -m; ${command}`], { encoding: 'utf8', env: slow })
    expect(`the shell sees SIG${signal}`, stdout.trim(), [`${code}`])
  }
}

async function pipes() {
  const script = (command) => spawnSync('bash', ['-c', command], { encoding: 'utf8', cwd: folder })
  const head = script(
    `"${process.execPath}" "${launcher}" analyze "${input}" --limit 0 | head -c 1 > /dev/null; echo "\${PIPESTATUS[0]}"`,
  )
  expect('a reader that goes away', `${head.stdout.trim()} ${head.stderr}`, ['0 '])
  const fifo = script(
    `mkfifo pipe; head -c 1 pipe > /dev/null & "${process.execPath}" "${launcher}" convert "${input}" --to speedscope -o pipe; echo $?`,
  )
  expect('a named pipe whose reader goes away', fifo.stdout.trim(), ['0'])
}
