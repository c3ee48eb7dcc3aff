import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Before the tests: command tests run the built program, so it is renewed when a source is newer. */
export function setup(): void {
  const built = modified(join(ROOT, 'dist/cli/main.cjs'))
  if (['src', 'formats'].every((folder) => newest(join(ROOT, folder)) <= built)) return
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs', '--cli'], { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) console.error('the command line could not be built; its tests run an older one')
}

function newest(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => name.endsWith('.ts'))
    .reduce((time, name) => Math.max(time, modified(join(folder, name))), 0)
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
