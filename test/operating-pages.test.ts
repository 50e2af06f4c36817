/** What the operators' pages name is there: commands with these options, settings, codes. CRA P-094 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from 'commander'
import { programToRead } from '../packages/cli/test/program-to-read.ts'
import { COMMANDS } from '../packages/server/src/commands/commands.ts'
import { parseSettings } from '../packages/server/src/settings.ts'
import { files, read } from './support/sources.ts'

const program = programToRead()

/** In code, one command each; what stands behind a # is for people. */
function commandsIn(page: string): readonly string[] {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text = '']) =>
    text.split('\n'),
  )
  const inline = [...page.matchAll(/`(fleetward(?:-server)? [^`…]+)`/g)].map(
    ([, text = '']) => text,
  )
  return [...blocks, ...inline]
    .flatMap((line) => line.replace(/\s#.*$/, '').split(';'))
    .map((command) => command.trim().replace(/^do /, ''))
    .filter((command) => /^fleetward(-server)? /.test(command))
}

const optionsIn = (command: string) =>
  [...command.matchAll(/(?<=\s|\[)--([a-z][a-z-]*)/g)].map(([, name = '']) => name)

/** The command itself, and those above it, which have options of theirs. */
function found(words: readonly string[]): readonly Command[] | undefined {
  const path = [program as Command]
  for (const word of words) {
    const next = path.at(-1)?.commands.find((command) => command.name() === word)
    if (next === undefined) break
    path.push(next)
  }
  const last = path.at(-1)
  const isGroup = last !== undefined && last.commands.length > 0
  return path.length < 2 || (isGroup && words.length >= path.length) ? undefined : path
}

function requireCommand(command: string, page: string): void {
  const [program_ = '', ...words] = command.split(/\s+/)
  if (program_ === 'fleetward-server') {
    const known = COMMANDS.find(({ name }) => name === words[0])
    assert.ok(known, `${page}: ${command}`)
    const options = new Set(['settings', ...Object.keys(known.options ?? {})])
    for (const option of optionsIn(command)) assert.ok(options.has(option), `${page}: ${command}`)
    return
  }
  // `fleetward webhooks|events`: several at once.
  for (const word of (words[0] ?? '').split('|')) {
    const path = found([word, ...words.slice(1)])
    assert.ok(path, `${page}: ${command}`)
    const options = new Set(
      path.flatMap((each) => each.options.map(({ long }) => long?.slice(2) ?? '')),
    )
    for (const option of optionsIn(command)) assert.ok(options.has(option), `${page}: ${command}`)
  }
}

const PAGES = [
  ...files('docs/operating/*.md'),
  ...['accounts', 'rollouts', 'devices', 'disclosure', 'filters'].map((page) => `docs/${page}.md`),
]

test('every command of the operators’ pages exists with its options', () => {
  let count = 0
  for (const path of PAGES) {
    for (const command of commandsIn(read(path))) {
      requireCommand(command, path)
      count += 1
    }
  }
  assert.ok(count > 80, `${count} commands`)
})

/** A whole file, or a part of one as it stands in it. */
function settingsIn(block: string): object | undefined {
  for (const text of [block, `{${block}}`]) {
    try {
      const value = JSON.parse(text)
      return typeof value === 'object' && SETTING.test(Object.keys(value)[0] ?? '')
        ? value
        : undefined
    } catch {}
  }
  return undefined
}

/** Other examples of JSON are of other things. */
const SETTING =
  /^(dataFolder|listen|operatorUrl|database|secrets|broker|artifacts|companies|audit|retention|webhooks|traces)$/

test('every example of the operators’ pages of settings is one that the server takes', () => {
  let count = 0
  for (const path of PAGES) {
    for (const [, block = ''] of read(path).matchAll(/```json\n([\s\S]*?)```/g)) {
      const settings = settingsIn(block)
      if (settings === undefined) continue
      assert.doesNotThrow(
        () => parseSettings({ dataFolder: '/f', host: ['localhost'], ...settings }),
        `${path}: ${block}`,
      )
      count += 1
    }
  }
  assert.ok(count >= 9, `${count} examples`)
})

test('every code of the operators’ pages is one that the protocol explains, or the page itself', () => {
  const explained = read('docs/protocol.md')
  for (const path of PAGES) {
    const page = read(path)
    for (const [, code = ''] of page.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)) {
      const row = `| \`${code}\` |`
      assert.ok(explained.includes(row) || page.includes(row), `${path}: ${code}`)
    }
  }
})

test('every page of the folder stands in its table of contents', () => {
  const contents = read('docs/operating/README.md')
  for (const path of files('docs/operating/*.md')) {
    const name = path.split('/').at(-1) ?? ''
    if (name !== 'README.md') assert.ok(contents.includes(`(${name})`), path)
  }
})
