/** `npm run accidents`: every accident there is, on a simulated device (test/accidents/accidents.ts). */
import { pinnedNode, run } from './bootstrap.mjs'

process.exitCode = await run(await pinnedNode(), [
  'test/accidents/accidents.ts',
  ...process.argv.slice(2),
])
