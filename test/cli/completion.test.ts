import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { CODECS } from '../../formats/index.js'
import { bashCompletion } from '../../src/cli/bash-completion.js'
import { COMMANDS } from '../../src/cli/commands/index.js'

const hasBash = spawnSync('bash', ['--version']).status === 0

/** What bash offers for the last of the words. */
function completions(...words: string[]): string[] {
  const script = `${bashCompletion(COMMANDS, CODECS)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_callcost
printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr, status } = spawnSync('bash', ['--norc'], { input: script, encoding: 'utf8' })
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  return stdout.split('\n').filter((line) => line !== '')
}

describe.skipIf(!hasBash)('completion in bash', () => {
  it('offers the commands', () => {
    expect(completions('callcost', '')).toEqual(COMMANDS.map(({ name }) => name))
    expect(completions('callcost', 'for')).toEqual(['formats'])
  })

  it('offers the options of the command, of analyze when none is named', () => {
    expect(completions('callcost', 'formats', '--fo')).toEqual(['--format'])
    expect(completions('callcost', 'run.prof', '--call')).toEqual(['--callers', '--callees'])
    expect(completions('callcost', 'formats', 'x', '--call')).toEqual([])
  })

  it('offers what an option takes, with a space or an equals sign, which bash makes a word', () => {
    expect(completions('callcost', 'formats', '--format', '')).toEqual(['text', 'json', 'csv', 'markdown'])
    expect(completions('callcost', 'formats', '--format', '=', 'js')).toEqual(['json'])
    expect(completions('callcost', 'formats', '--format', '=')).toEqual(['text', 'json', 'csv', 'markdown'])
    expect(completions('callcost', 'analyze', '--from', 'pst')).toEqual(['pstats'])
  })

  it('leaves files to bash', () => {
    expect(completions('callcost', 'analyze', '')).toEqual([])
    expect(completions('callcost', 'analyze', '-o', '')).toEqual([])
  })
})
