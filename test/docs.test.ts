import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { CODECS } from '../formats/index.js'
import { COMMANDS } from '../src/cli/commands/index.js'
import { COMMON_OPTIONS } from '../src/cli/options.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(`${root}/README.md`, 'utf8')

it("README's tables are those of the registry of formats and of the commands", () => {
  const { stderr, status } = spawnSync(process.execPath, ['scripts/docs.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
})

it('README shows every command at work, and every option', () => {
  const shown = COMMANDS.filter(
    ({ name }) => !readme.includes(`$ callcost ${name}`) && !readme.includes(`npx callcost ${name}`),
  )
  expect(shown.map(({ name }) => name)).toEqual([])
  const options = [...COMMANDS.flatMap(({ options: own }) => Object.keys(own)), ...Object.keys(COMMON_OPTIONS)]
  expect(options.filter((name) => !readme.includes(`--${name}`))).toEqual([])
})

it('every format that is read or written has its half page', () => {
  for (const { id, reads, writes } of CODECS) {
    if (reads === undefined && writes === undefined) continue
    const page = readFileSync(`${root}/formats/${id}/README.md`, 'utf8')
    expect(page.length, id).toBeGreaterThan(500)
  }
})
