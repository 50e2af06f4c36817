/**
 * `npm test` and `npm run test:long`. Tests are `*.test.ts`; the long walks among them are
 * `*.long.test.ts` and run only with `--long`.
 *
 *   npm test                          everything but the long walks
 *   npm test -- packages/shared       only files below these folders
 *   npm test -- --no-skips            a skipped test fails the run (what CI uses)
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtConsole, pinnedNode, repository, run, stop } from './bootstrap.mjs'

/** The longest walk takes two minutes on two cores; what takes this long will never end. */
const TEST_TIMEOUT_MS = 600_000

const FOLDERS = [
  'packages',
  'test',
  'firmware-samples',
  'demo',
  'drills',
  'scripts',
  'bench',
  'packaging',
]

const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'))
const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const unknown = options.find((option) => !['--long', '--no-skips'].includes(option))
if (unknown) stop(`Unknown option ${unknown}.`, 'Known: --long, --no-skips, and folders to test.')

const long = options.includes('--long')
const node = await pinnedNode()
// Servers under test hand it out, to real browsers.
await builtConsole(node)
const files = (chosen.length > 0 ? chosen : FOLDERS)
  .flatMap(testFiles)
  .filter((file) => file.endsWith('.long.test.ts') === long)
if (files.length === 0) stop('No test file found there.', 'Name a folder such as packages/shared.')

const report = join(tmpdir(), `fleetward-test-${process.pid}.tap`)
const status = await run(node, [
  '--test',
  `--test-timeout=${TEST_TIMEOUT_MS}`,
  '--test-reporter=spec',
  '--test-reporter-destination=stdout',
  '--test-reporter=tap',
  `--test-reporter-destination=${report}`,
  ...files,
])
const skipped = readFileSync(report, 'utf8')
  .split('\n')
  .filter((line) => /^\s*(not )?ok .* # (SKIP|TODO)/.test(line))
rmSync(report, { force: true })
if (skipped.length > 0 && options.includes('--no-skips')) {
  stop('These tests were skipped, and this run allows none:', ...skipped.map((line) => line.trim()))
}
process.exitCode = status

function testFiles(folder) {
  if (folder.endsWith('.test.ts')) return [folder]
  return readdirSync(join(repository, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
    .sort()
}
