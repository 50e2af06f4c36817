/** `npm start`: the whole story on this machine (demo/README.md). */
import { pinnedNode, run } from './bootstrap.mjs'

process.exitCode = await run(await pinnedNode(), ['demo/main.ts', ...process.argv.slice(2)])
