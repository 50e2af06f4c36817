/** `npm start`: the whole story on this machine (demo/README.md). */
import { readFileSync } from 'node:fs'
import { builtConsole, pinnedNode, run } from './bootstrap.mjs'

const words = process.argv.slice(2)

// Who only asks what it would do needs nothing installed.
if (words.some((word) => word === '--help' || word === '-h')) {
  process.stdout.write(readFileSync(new URL('../demo/help.txt', import.meta.url)))
} else {
  const node = await pinnedNode()
  await builtConsole(node)
  process.exitCode = await run(node, ['demo/main.ts', ...words])
}
