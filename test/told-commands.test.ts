/** Whoever is told to run `fleetward …`, by an error, a mail, a help text or a page, finds that command. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from 'commander'
import { programToRead } from '../packages/cli/test/program-to-read.ts'
import { files, read } from './support/sources.ts'

const program = programToRead()

/** In backticks or quotes, or at the beginning of a line: what is typed, and not what is told of. */
const TYPED = /(?:["`]|^ *\$? ?)fleetward ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*){0,3})/gm

/** Is hashed, and read by nobody. */
const NOT_TOLD = 'passkeys of'

const sources = [
  ...files('packages/*/src/**/*.{ts,tsx}'),
  ...files('packages/console/src/words/*.json'),
  ...files('docs/**/*.md'),
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'],
]

for (const path of sources) {
  const told = [...new Set([...read(path).matchAll(TYPED)].map(([, words = '']) => words))]
  if (told.length === 0) continue
  test(`every command that ${path} names exists`, () => {
    assert.deepEqual(
      told.filter((words) => words !== NOT_TOLD && !exists(program, words.split(' '))),
      [],
    )
  })
}

/** What follows a command without further ones is an argument. */
function exists(command: Command, [word, ...rest]: readonly string[]): boolean {
  if (command.commands.length === 0) return true
  if (word === undefined) return true
  const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word))
  // A group that also does something by itself takes arguments.
  if (next === undefined) return command.registeredArguments.length > 0
  return exists(next, rest)
}
