import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { CODECS } from '../../formats/index.js'
import { ROOT } from '../support/cli.js'

/** `node scripts/hostile/mutate.mjs` tries them all, and takes hours. */
it('a sample of all cuts and changed bits of the fixtures is read or refused, in time and memory', () => {
  const args = ['scripts/hostile/mutate.mjs', '--sample', '15', '--seed', '1']
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })
  expect(stderr).toBe('')
  const formats = CODECS.filter(({ reads }) => reads !== undefined).map(({ id }) => id)
  expect(
    stdout
      .replace(/, \d+\/s$/gm, '')
      .trimEnd()
      .split('\n'),
  ).toEqual(formats.map((id) => `${id}: 15 executions, 0 findings`))
  expect(status).toBe(0)
})
