/** The command as people and scripts meet it: real processes, exit codes, streams, a terminal. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadPrivateKey } from '@fleetward/platform'
import type { Command } from 'commander'
import { buildProgram } from '../src/program.ts'
import { COMMAND, run, TestDesk } from './test-desk.ts'

const desk = await TestDesk.make()
after(() => desk.remove())

test('the command works through a link, from any folder', async () => {
  const link = join(desk.folder, 'fleetward')
  await symlink(COMMAND, join(desk.folder, 'first-link'))
  await symlink('first-link', link)
  const child = spawn(link, ['--desk', desk.desk, '--json', 'keys', 'list'], { cwd: '/' })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  assert.equal(await new Promise((resolve) => child.on('close', resolve)), 0)
  assert.deepEqual(JSON.parse(stdout), { keys: [] })
})

test('what a command reads itself is refused in a sentence, too', async () => {
  const token = join(desk.folder, 'token')
  await writeFile(token, 'fwt_0123456789abcdef_0123456789\n', { mode: 0o600 })
  const ended = await run(['audit', 'list', '--since', '5min', '--token-file', token])
  assert.equal(ended.exitCode, 2)
  assert.match(ended.stderr, /^error: Write it as 2026-11-01, .*\n {7}See --help\.$/m)
})

test('exit code 2 is for a command line that is not understood, 1 for what is refused', async () => {
  const unknown = await run(['frobnicate'])
  assert.deepEqual([unknown.exitCode, unknown.stdout], [2, ''])
  const missing = await run(['--json', 'keys', 'generate'])
  assert.deepEqual([missing.exitCode, missing.json<Failed>().error.code], [2, 'USAGE'])
  const refused = await run(['--desk', desk.desk, 'sign', 'lumen/root', '--key', 'root-1'])
  assert.deepEqual([refused.exitCode, refused.stdout], [1, ''])
  assert.match(refused.stderr, /NO_DRAFT/)
})

test('without a terminal a question is refused, not waited on', async () => {
  const ended = await run(['--desk', desk.desk, '--json', 'keys', 'generate', 'root-1'])
  assert.deepEqual([ended.exitCode, ended.json<Failed>().error.code], [2, 'NO_TERMINAL'])
})

test('a passphrase typed twice on a terminal is never shown and encrypts the key', {
  skip: process.platform !== 'linux' && 'needs the script command of util-linux',
}, async () => {
  const screen = await typedOnTerminal(
    [COMMAND, '--desk', desk.desk, 'keys', 'generate', 'root-1'],
    ['Passphrase of root-1: ', 'typed horsx\x7fe battery\r'],
    ['The same again: ', 'typed horse battery\r'],
  )
  assert.ok(!screen.includes('horse'), 'what was typed is not on the screen')
  const pem = await readFile(join(desk.desk, 'keys', 'root-1.key.pem'), 'utf8')
  loadPrivateKey(pem, 'typed horse battery')
})

test('Ctrl-C at a passphrase makes no key', {
  skip: process.platform !== 'linux' && 'needs the script command of util-linux',
}, async () => {
  const screen = await typedOnTerminal(
    [COMMAND, '--desk', desk.desk, 'keys', 'generate', 'root-2'],
    ['Passphrase of root-2: ', 'half\x03'],
  )
  assert.match(screen, /INTERRUPTED/)
  await assert.rejects(readFile(join(desk.desk, 'keys', 'root-2.key.pem')))
})

test('every command explains itself with examples that it understands', () => {
  const program = buildProgram({
    terminal: { note() {}, progress() {}, askSecret: never, confirm: never },
    now: () => new Date(0),
    print() {},
    finish() {},
  })
  const commands = allCommands(program)
  assert.ok(commands.length > 25)
  for (const command of commands) {
    let help = ''
    command.configureOutput({
      writeOut: (text) => {
        help += text
      },
    })
    command.outputHelp()
    const examples = help.split('Examples:\n')[1]?.trim().split('\n') ?? []
    assert.ok(examples.length > 0, `${command.name()} has no example`)
    assert.ok(help.includes('--json'), `${command.name()} does not mention --json`)
    for (const example of examples) requireUnderstood(program, example.trim())
  }
})

/** Every word of an example that names a command or an option exists. */
function requireUnderstood(program: Command, example: string): void {
  const words = example.replace(/^\$ fleetward /, '').split(' ')
  let command = program
  for (const word of words) {
    const next = command.commands.find((candidate) => candidate.name() === word)
    if (next === undefined) break
    command = next
  }
  const options = new Set([
    '--help',
    '--json',
    '--desk',
    ...command.options.map(({ long }) => long),
  ])
  for (const option of words.filter((word) => word.startsWith('--'))) {
    assert.ok(options.has(option), `${example}: ${option}`)
  }
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)]
}

/** Types each answer once its question is on the screen; resolves with all that was on the screen. */
function typedOnTerminal(
  command: readonly string[],
  ...answers: readonly (readonly [question: string, answer: string])[]
): Promise<string> {
  const line = command.map((word) => `'${word}'`).join(' ')
  const child = spawn('script', ['-qec', line, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] })
  let screen = ''
  let next = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text
    const [question, answer] = answers[next] ?? []
    if (question === undefined || !screen.includes(question)) return
    next += 1
    child.stdin.write(answer)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => resolve(screen))
  })
}

async function never(): Promise<never> {
  throw new Error('nobody is asked for help')
}

interface Failed {
  readonly error: { readonly code: string }
}

test('a reader that stops early is no mistake of the command', async () => {
  const child = spawn(COMMAND, ['release', 'create', '--help'])
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdout.destroy()
  const exitCode = await new Promise((resolve) => child.on('close', resolve))
  assert.deepEqual([exitCode, stderr], [0, ''])
})

test('help is a command, too, and says which options have to be given', async () => {
  const group = await run(['help', 'release'])
  assert.deepEqual([group.exitCode, group.stderr], [0, ''])
  assert.match(group.stdout, /create \[options\]/)
  const create = await run(['release', 'create', '--help'])
  assert.match(create.stdout.replaceAll(/\s+/g, ' '), /--compatible <name> [^-]*\(required\)/)
})
