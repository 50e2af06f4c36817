/** `npm run check`: what CI checks, in its order, stopping at the first failure. */
import { pinnedNode, run } from './bootstrap.mjs'

const node = await pinnedNode()
const steps = [
  ['lint', 'node_modules/.bin/biome', ['check']],
  ['types', 'node_modules/.bin/tsc', []],
  ['types of the console', 'node_modules/.bin/tsc', ['-p', 'packages/console']],
  ['tests', node, ['scripts/test.mjs', ...process.argv.slice(2)]],
  ['long walks', node, ['scripts/test.mjs', '--long', ...process.argv.slice(2)]],
  ['the story', node, ['scripts/start.mjs', '--once', '--fresh']],
]
for (const [name, command, args] of steps) {
  process.stdout.write(`\n── ${name}\n`)
  const status = await run(command, args)
  if (status !== 0) {
    process.stderr.write(`\nThe check stopped at: ${name}.\n`)
    process.exit(status)
  }
}
process.stdout.write('\nEverything passed.\n')
